/**
 * Each thing that can be wrong with a provider's settings, told to its owner in one sentence (`views/locales/*-faults.ts`). Those
 * of the issuer are found when it is entered, the others when the owner signs in through it once (spec: pipeline 4).
 */
export const providerFaults = [
  'issuer_invalid',
  'not_https',
  'not_public',
  'name_not_found',
  'timeout',
  'unreachable',
  'no_tls',
  'failing',
  'certificate',
  'not_found',
  'redirects',
  'no_json',
  'too_large',
  'other_issuer',
  'incomplete',
  'no_code_flow',
  'no_pkce',
  'no_signature',
  'client_authentication',
  'no_keys',
  'request_refused',
  'client_refused',
  'code_refused',
  'declined',
  'clock',
  'not_believed',
  'no_answer',
] as const
export type ProviderFault = (typeof providerFaults)[number]

/**
 * Issuer as OIDC Discovery 1.0 section 3 has it: no query, no fragment; no user name, which only misleads; and nothing unseen, which
 * URL parsers leave out before they compare.
 */
export const isIssuerUrl = (issuer: string): boolean =>
  URL.canParse(issuer) && /^https?:\/\/[^?#@\s\p{C}]+$/u.test(issuer)

/** Where an issuer's metadata lie (OIDC Discovery 1.0, 4.1). */
export const metadataUrl = (issuer: string): string =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`

/** Algorithms of ID tokens that we verify: with a public key, never with a shared secret. */
const signatures = /^(RS|PS|ES)(256|384|512)$|^EdDSA$|^Ed25519$/
/** How we authenticate at a token endpoint; silence means the first (OIDC Discovery 1.0, 3). */
const authentications = ['client_secret_basic', 'client_secret_post', 'none']

/**
 * What is wrong with a provider's metadata, the most telling fault first; null where nothing is.
 * @param issuer as its owner entered it
 * @param metadata the JSON that it publishes
 */
export const metadataFault = (issuer: string, metadata: unknown): ProviderFault | null => {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return 'no_json'
  const said = metadata as Readonly<Record<string, unknown>>
  if (typeof said['issuer'] !== 'string') return 'incomplete'
  if (!isSameIssuer(said['issuer'], issuer)) return 'other_issuer'
  if (!isIssuerUrl(said['issuer'])) return 'issuer_invalid'
  const endpoints = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'].map((name) => said[name])
  if (
    !endpoints.every(
      (endpoint) => typeof endpoint === 'string' && isIssuerUrl(endpoint.split('?', 1)[0] ?? ''),
    )
  )
    return 'incomplete'
  if (issuer.startsWith('https:') && endpoints.some((endpoint) => !String(endpoint).startsWith('https:')))
    return 'not_https'
  if (!lists(said['response_types_supported'], (type) => type === 'code')) return 'no_code_flow'
  const grants = said['grant_types_supported']
  if (grants !== undefined && !lists(grants, (type) => type === 'authorization_code')) return 'no_code_flow'
  // Large providers do PKCE and do not say so; one that lists methods without S256 means it.
  const methods = said['code_challenge_methods_supported']
  if (methods !== undefined && !lists(methods, (method) => method === 'S256')) return 'no_pkce'
  if (!lists(said['id_token_signing_alg_values_supported'], (alg) => signatures.test(alg)))
    return 'no_signature'
  const accepted = said['token_endpoint_auth_methods_supported']
  if (accepted !== undefined && !lists(accepted, (method) => authentications.includes(method)))
    return 'client_authentication'
  return null
}

/** Compared as URLs: `https://id.example` and `https://id.example/` are one issuer, everything else has to be as it is written. */
const isSameIssuer = (one: string, other: string): boolean =>
  URL.canParse(one) && new URL(one).href === new URL(other).href

const lists = (value: unknown, test: (entry: string) => boolean): boolean =>
  Array.isArray(value) && value.some((entry) => typeof entry === 'string' && test(entry))

// A map: the reason may be a word that the provider chose.
const networkFaults: ReadonlyMap<string, ProviderFault> = new Map([
  ['insecure_address', 'not_https'],
  ['not_public', 'not_public'],
  ['name_not_found', 'name_not_found'],
  ['answer_too_large', 'too_large'],
  ['timeout', 'timeout'],
  // What answers there speaks no TLS.
  ['EPROTO', 'no_tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'no_tls'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'no_tls'],
])

/** @param reason of an `OidcFailure`, or the code of an error of the network */
export const networkFault = (reason: string): ProviderFault =>
  networkFaults.get(reason) ?? (/CERT|SIGNATURE|ALTNAME|SSL|TLS/.test(reason) ? 'certificate' : 'unreachable')

/**
 * What went wrong with a test sign-in, from the reason that the audit keeps: the library's fixed sentences, an OAuth error code of
 * the provider, or a status.
 */
export const signInFault = ({
  about,
  reason,
}: {
  about: 'identity' | 'provider'
  reason: string
}): ProviderFault => {
  if (/"(exp|iat|nbf|auth_time)"/.test(reason) && !reason.includes('missing')) return 'clock'
  if (about === 'identity') return 'not_believed'
  if (/\binvalid_client\b|\bunauthorized_client\b|\b401\b/.test(reason)) return 'client_refused'
  if (/\binvalid_grant\b|\bredirect_uri/.test(reason)) return 'code_refused'
  if (/\baccess_denied\b/.test(reason)) return 'declined'
  if (/\b(invalid_request|invalid_scope|unsupported_response_type)\b/.test(reason)) return 'request_refused'
  return networkFaults.get(reason) ?? 'no_answer'
}
