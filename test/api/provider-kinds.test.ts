import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { SignJWT } from 'jose'
import type { JWTPayload } from 'jose'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { lyingClient, newKey, reply, signed, signedUserinfo, signsWith } from '../support/lying-provider.js'
import type { Lie } from '../support/lying-provider.js'
import { headline, nextSteps } from '../support/pages.js'
import { attemptIdOf, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { rowCounts, rowsWritten } from '../support/row-counts.js'

let product: Product
let provider: ConnectedProvider

beforeAll(async () => {
  product = await startProduct()
  provider = await connectLyingProvider(product)
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

const [ellipticKey, userinfoKey] = await Promise.all([newKey('ES256'), newKey()])

const meta = (change: Record<string, unknown>): Lie => ({ metadata: (honest) => ({ ...honest, ...change }) })
const claiming = (change: JWTPayload): Lie => ({ claims: (honest) => ({ ...honest, ...change }) })
const noProfile: Lie = claiming({ name: undefined, email: undefined, email_verified: undefined })
const methods = (...supported: string[]): Lie => meta({ token_endpoint_auth_methods_supported: supported })
const withoutKid: Lie['idToken'] = (claims, { privateKey }) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
const unpromised = meta({ authorization_response_iss_parameter_supported: undefined })

/** What is asked at the decision page: the sign-in went through. */
const identityOf = async (liar: ConnectedProvider, subject = 'nora') => {
  const browser = product.browser()
  const answer = await liar.signIn(browser, subject)
  return (await browser.get(`/v1/attempts/${attemptIdOf(answer)}`)).json()['identity']
}

describe('providers of many kinds', () => {
  const nora = { name: 'Person nora', email: 'nora@people.example', subject_hint: '•••ra' }

  it.each<[string, Lie]>([
    ['with metadata that are silent on client authentication', {}],
    ['with client_secret_basic', methods('client_secret_basic')],
    ['with client_secret_post only', methods('client_secret_post')],
    ['with client_secret_post among what we do not speak', methods('client_secret_post', 'private_key_jwt')],
    ['without kid, with one key', { idToken: withoutKid }],
    ['with aud as a list of one', claiming({ aud: [lyingClient.id] })],
    ['with several aud, and us as azp', claiming({ aud: [lyingClient.id, 'other'], azp: lyingClient.id })],
    ['with the token type in other letters', { token: (honest) => ({ ...honest, token_type: 'bEaReR' }) }],
    ['without expires_in', { token: ({ expires_in: _, ...honest }) => honest }],
    ['with the profile in userinfo', noProfile],
    [
      'with the profile in userinfo that is signed',
      {
        ...noProfile,
        ...signedUserinfo((honest) => signed(honest, userinfoKey)),
        keys: (honest) => [...honest, userinfoKey.publicJwk],
      },
    ],
    ['with ID tokens signed by ES256', signsWith(ellipticKey)],
    ['with an address that is null in the ID token', claiming({ email: null, name: null })],
    ['with iss beside the code, though it is not promised', unpromised],
    [
      'without iss beside the code, where it is not promised',
      { ...unpromised, answer: ({ code = '', state = '' }) => ({ code, state }) },
    ],
    [
      'with a time a few seconds ahead of ours',
      claiming({ iat: Math.floor(Date.now() / 1000) + 20, nbf: Math.floor(Date.now() / 1000) + 20 }),
    ],
    [
      'with claims from elsewhere, which are not fetched',
      claiming({
        _claim_names: { email: 'src' },
        _claim_sources: { src: { endpoint: 'http://127.0.0.1:1/' } },
      }),
    ],
  ])('are understood: %s', async (_name, lie) => {
    const liar = await connectLyingProvider(product, lie)
    expect(await identityOf(liar)).toMatchObject({ name: nora.name, email: nora.email })
  })

  it('are told our id and secret form-encoded (RFC 6749 2.3.1), and by the method that was set for them', async () => {
    const basic = await connectLyingProvider(product, {})
    await identityOf(basic)
    expect(Buffer.from((basic.tokenRequests[0]?.authorization ?? '').slice(6), 'base64').toString()).toBe(
      'lying+client:s3cr%3At+%25%26%2B%C3%BC',
    )
    const post = await connectLyingProvider(product, methods('client_secret_post', 'client_secret_basic'), {
      clientAuthentication: 'client_secret_post',
    })
    await identityOf(post)
    expect(post.tokenRequests[0]?.body.get('client_secret')).toBe(lyingClient.secret)
  })

  it('may change their key between two sign-ins, and just before they sign', async () => {
    const liar = await connectLyingProvider(product, {})
    expect(await identityOf(liar)).toMatchObject({ name: nora.name })
    await liar.rotateKey()
    expect(await identityOf(liar)).toMatchObject({ name: nora.name })
    expect(liar.requests.filter((request) => request === 'GET /keys')).toHaveLength(2)
  })

  it('are asked for their keys once a minute at most, whatever their tokens name', async () => {
    const liar = await connectLyingProvider(product, {
      idToken: (claims, key) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'RS256', kid: String(Math.random()) })
          .sign(key.privateKey),
    })
    for (let time = 0; time < 4; time++)
      expect((await liar.signIn(product.browser(), 'nora')).status).toBe(400)
    expect(liar.requests.filter((request) => request === 'GET /keys')).toHaveLength(2)
  })

  it('are asked for their metadata once, not at each sign-in', async () => {
    const liar = await connectLyingProvider(product, {})
    for (let time = 0; time < 3; time++) await identityOf(liar)
    expect(liar.requests.filter((request) => request.includes('openid-configuration'))).toHaveLength(1)
  })
})

const json = { 'content-type': 'application/json' }
const tokenAnswer = (answer: Parameters<typeof reply>[0]): Lie => ({ token: () => reply(answer) })
const huge = 'x'.repeat(300 * 1024)

describe('a provider in trouble', () => {
  it.each<[string, Lie, string]>([
    ['answers the code with 500', tokenAnswer({ status: 500 }), '500'],
    [
      'answers the code with an error',
      tokenAnswer({ status: 400, headers: json, body: '{"error":"invalid_grant"}' }),
      'invalid_grant',
    ],
    ['answers the code with what is no JSON', tokenAnswer({ headers: json, body: '<html>' }), 'parse'],
    ['answers the code with a list', tokenAnswer({ headers: json, body: '[]' }), 'object'],
    [
      'answers the code with a redirect',
      tokenAnswer({ status: 302, headers: { location: 'http://127.0.0.1:1/' } }),
      '302',
    ],
    ['answers the code without an ID token', { token: ({ id_token: _, ...honest }) => honest }, 'id_token'],
    [
      'answers the code without an access token',
      { token: ({ access_token: _, ...honest }) => honest },
      'access_token',
    ],
    [
      'answers the code at too great length',
      tokenAnswer({ headers: json, body: JSON.stringify({ huge }) }),
      'answer_too_large',
    ],
    ['has a subject of 1 MB', claiming({ sub: huge.repeat(4) }), 'answer_too_large'],
    ['cannot say who somebody is', { ...noProfile, userinfo: () => reply({ status: 500 }) }, '500'],
    [
      'sends the person back with nothing',
      { answer: ({ state = '', iss = '' }) => ({ state, iss }) },
      'code',
    ],
    [
      'cannot serve us now',
      { answer: ({ state = '', iss = '' }) => ({ error: 'temporarily_unavailable', state, iss }) },
      'answered temporarily_unavailable',
    ],
    [
      'refuses in words that are no code',
      { answer: ({ state = '' }) => ({ error: 'a<script>', state }) },
      'unreadable',
    ],
  ])('ends the attempt and is told so: %s', async (_name, lie, reason) => {
    provider.lie(lie)
    const { pool } = product.testDatabase
    const browser = product.browser()
    const callback = await provider.callbackFor(browser, 'nora')
    const before = await rowCounts(pool)
    const answer = await browser.get(callback)
    expect({ status: answer.status, headline: headline(answer), next: nextSteps(answer) }).toEqual({
      status: 502,
      headline: 'The sign-in service did not answer properly',
      next: ['/sso/acme?return_to=%2Faccount'],
    })
    expect(await rowsWritten(pool, before)).toEqual({ audit_events: 1 })
    const { rows } = await pool.query<{ outcome_code: string; reason: string }>(
      `select a.outcome_code, e.data->>'reason' as reason from attempts a
       join audit_events e on e.attempt_id = a.id and e.event = 'attempt.ended' order by e.id desc limit 1`,
    )
    expect(rows[0]?.outcome_code).toBe('provider_error')
    expect(rows[0]?.reason).toContain(reason)
    // The state is burnt: a good answer with it comes too late.
    expect((await browser.get(callback)).status).toBe(400)
  })

  it('is waited for no longer than 3 s, whether it is silent or stops in the middle', async () => {
    const silent = await connectLyingProvider(product, tokenAnswer({ hang: true }))
    const stuck = await connectLyingProvider(
      product,
      tokenAnswer({ headers: json, body: '{"access_token":', hang: true }),
    )
    const begun = performance.now()
    const answers = await Promise.all([silent, stuck].map((liar) => liar.signIn(product.browser(), 'nora')))
    expect(answers.map(({ status }) => status)).toEqual([502, 502])
    expect(performance.now() - begun).toBeLessThan(10_000)
  })

  it.each<[string, Lie]>([
    ['its metadata name another issuer', meta({ issuer: 'https://other.example' })],
    ['its metadata are too long', meta({ huge })],
    ['its sign-in page is no web page', meta({ authorization_endpoint: 'javascript:alert(1)' })],
    ['it has no sign-in page', meta({ authorization_endpoint: undefined })],
  ])('sends nobody away to it where %s', async (_name, lie) => {
    const liar = await connectLyingProvider(product, lie)
    const { pool } = product.testDatabase
    const before = await rowCounts(pool)
    const answer = await product.browser().submit(liar.startPath, {})
    expect({ status: answer.status, next: nextSteps(answer) }).toEqual({ status: 502, next: ['/sso/acme'] })
    expect(await rowsWritten(pool, before)).toEqual({})
  })

  it('is believed again as soon as it tells the truth', async () => {
    const liar = await connectLyingProvider(product, meta({ issuer: 'https://other.example' }))
    expect((await product.browser().submit(liar.startPath, {})).status).toBe(502)
    liar.lie({})
    expect(await identityOf(liar)).toMatchObject({ name: 'Person nora' })
  })
})
