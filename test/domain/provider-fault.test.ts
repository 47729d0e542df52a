import { describe, expect, it } from '@jest/globals'
import {
  isIssuerUrl,
  metadataFault,
  metadataUrl,
  networkFault,
  signInFault,
} from '../../domain/provider-fault.js'
import type { ProviderFault } from '../../domain/provider-fault.js'

const issuer = 'https://id.example/tenant'
const good = {
  issuer,
  authorization_endpoint: 'https://id.example/authorize',
  token_endpoint: 'https://id.example/token?tenant=1',
  jwks_uri: 'https://id.example/keys',
  response_types_supported: ['code', 'code id_token'],
  id_token_signing_alg_values_supported: ['HS256', 'ES256'],
}

describe('isIssuerUrl', () => {
  it.each(['https://id.example', 'https://id.example/', 'https://id.example:8443/a/b', 'http://127.0.0.1:1'])(
    'is true for %s',
    (text) => expect(isIssuerUrl(text)).toBe(true),
  )
  it.each([
    '',
    'id.example',
    'ftp://id.example',
    'https://id.example/?tenant=1',
    'https://id.example/#here',
    'https://me@id.example',
    'https://id.example/a b',
    'https://id.example ',
    'https://id.example\u0001',
    'https://id.exam\u200bple',
    'https://',
  ])('is false for %j', (text) => expect(isIssuerUrl(text)).toBe(false))
})

it('metadataUrl appends to the path of the issuer, with or without its last slash', () => {
  expect(
    ['https://a.example', 'https://a.example/', 'https://a.example/t', 'https://a.example/t/'].map(
      metadataUrl,
    ),
  ).toEqual([
    'https://a.example/.well-known/openid-configuration',
    'https://a.example/.well-known/openid-configuration',
    'https://a.example/t/.well-known/openid-configuration',
    'https://a.example/t/.well-known/openid-configuration',
  ])
})

describe('metadataFault', () => {
  it('is none for what is silent on PKCE, grants and client authentication', () => {
    expect(metadataFault(issuer, good)).toBeNull()
  })

  it.each<[string, ProviderFault | null]>([
    ['https://id.example', null],
    ['https://id.example/', null],
    ['https://ID.example', null],
    ['https://id.example\n', 'issuer_invalid'],
    ['https://id.example\u0001', 'issuer_invalid'],
    ['https://id.example/other', 'other_issuer'],
    ['https://id.example.org', 'other_issuer'],
    ['http://id.example', 'other_issuer'],
  ])('compares issuers as URLs: %s', (said, fault) => {
    expect(metadataFault('https://id.example', { ...good, issuer: said })).toBe(fault)
  })

  it.each<[string, object, ProviderFault | null]>([
    ['another issuer inside', { issuer: 'https://evil.example' }, 'other_issuer'],
    ['an issuer that is no text', { issuer: 7 }, 'incomplete'],
    ['no token endpoint', { token_endpoint: undefined }, 'incomplete'],
    ['keys at no URL', { jwks_uri: 'keys' }, 'incomplete'],
    ['an endpoint in plain text', { token_endpoint: 'http://id.example/token' }, 'not_https'],
    ['no code flow', { response_types_supported: ['id_token'] }, 'no_code_flow'],
    ['no response types', { response_types_supported: undefined }, 'no_code_flow'],
    ['the code flow switched off', { grant_types_supported: ['implicit'] }, 'no_code_flow'],
    ['the code flow among others', { grant_types_supported: ['implicit', 'authorization_code'] }, null],
    ['PKCE in plain text only', { code_challenge_methods_supported: ['plain'] }, 'no_pkce'],
    ['PKCE as a text', { code_challenge_methods_supported: 'S256' }, 'no_pkce'],
    ['PKCE', { code_challenge_methods_supported: ['plain', 'S256'] }, null],
    ['shared secrets only', { id_token_signing_alg_values_supported: ['HS256', 'none'] }, 'no_signature'],
    ['no algorithms', { id_token_signing_alg_values_supported: undefined }, 'no_signature'],
    ['EdDSA', { id_token_signing_alg_values_supported: ['EdDSA'] }, null],
    [
      'keys for clients only',
      { token_endpoint_auth_methods_supported: ['private_key_jwt'] },
      'client_authentication',
    ],
    ['public clients', { token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'] }, null],
  ])('tells of %s', (_name, change, fault) => {
    expect(metadataFault(issuer, { ...good, ...change })).toBe(fault)
  })

  it.each([null, [], 'text', 7])('takes %j for no document', (text) => {
    expect(metadataFault(issuer, text)).toBe('no_json')
  })

  it('lets a provider in development speak plain http, where its issuer does', () => {
    const local = { ...good, issuer: 'http://127.0.0.1:9', token_endpoint: 'http://127.0.0.1:9/token' }
    expect(metadataFault('http://127.0.0.1:9', local)).toBeNull()
  })
})

it.each<[string, ProviderFault]>([
  ['insecure_address', 'not_https'],
  ['not_public', 'not_public'],
  ['name_not_found', 'name_not_found'],
  ['answer_too_large', 'too_large'],
  ['timeout', 'timeout'],
  ['EPROTO', 'no_tls'],
  ['ECONNRESET', 'unreachable'],
  ['ECONNREFUSED', 'unreachable'],
  ['', 'unreachable'],
  ['CERT_HAS_EXPIRED', 'certificate'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate'],
])('networkFault reads %j as %s', (reason, fault) => {
  expect(networkFault(reason)).toBe(fault)
})

it.each<['identity' | 'provider', string, ProviderFault]>([
  ['identity', 'unexpected JWT "exp" (expiration time) claim value', 'clock'],
  ['identity', 'JWT "exp" (expiration time) claim missing', 'not_believed'],
  ['identity', 'unexpected JWT "aud" (audience) claim value', 'not_believed'],
  ['provider', 'server responded with an error in the response body invalid_client 401', 'client_refused'],
  ['provider', 'unauthorized_client', 'client_refused'],
  ['provider', 'invalid_grant', 'code_refused'],
  ['provider', 'access_denied', 'declined'],
  ['provider', 'invalid_scope', 'request_refused'],
  ['provider', 'not_public', 'not_public'],
  ['provider', 'timeout', 'timeout'],
  ['provider', 'unexpected HTTP response status code 500', 'no_answer'],
  ['provider', 'constructor', 'no_answer'],
])('signInFault reads %s: %j as %s', (about, reason, fault) => {
  expect(signInFault({ about, reason })).toBe(fault)
})
