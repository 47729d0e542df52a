import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import type { JWTPayload } from 'jose'
import { badLogoutTokens } from '../../domain/logout-limits.js'
import type { Browser } from '../support/browser.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { lyingClient, signed } from '../support/lying-provider.js'
import type { SigningKey } from '../support/lying-provider.js'
import { attemptIdOf, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

const event = 'http://schemas.openid.net/event/backchannel-logout'
let product: Product
let provider: ConnectedProvider
let key: SigningKey

beforeAll(async () => {
  product = await startProduct()
  provider = await connectLyingProvider(product, {
    idToken: (claims, used) => {
      key = used
      return signed(claims, used)
    },
  })
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

const sign = (claims: JWTPayload): Promise<string> => signed(claims, key)
const now = (): number => Math.floor(Date.now() / 1_000)
const honest = (subject: string): JWTPayload => ({
  iss: provider.issuer,
  aud: lyingClient.id,
  sub: subject,
  iat: now(),
  exp: now() + 120,
  jti: randomUUID(),
  events: { [event]: {} },
})

/** As a provider posts it: no browser, no origin, no cookie. */
const post = (token: string, to = provider.id): Promise<Response> =>
  fetch(`${product.origin}/backchannel-logout/${to}`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
  })
const signIn = async (subject: string): Promise<Browser> => {
  const browser = product.browser()
  const attempt = `/v1/attempts/${attemptIdOf(await provider.signIn(browser, subject))}`
  await browser.postJson(`${attempt}/decision`, { decision: 'create' })
  await browser.postJson(`${attempt}/session`, {})
  return browser
}
const statusOf = async (browser: Browser): Promise<number> => (await browser.get('/v1/session')).status

describe('back-channel logout', () => {
  it('ends the sessions of that identity, all of them and no other', async () => {
    const left = await signIn('leaves')
    const again = product.browser()
    await provider.signIn(again, 'leaves')
    const stays = await signIn('stays')
    const answer = await post(await sign(honest('leaves')))
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect([await statusOf(left), await statusOf(again), await statusOf(stays)]).toEqual([401, 401, 200])
    const { rows } = await product.testDatabase.pool.query(
      `select 1 from audit_events where event = 'session.ended' and data ->> 'reason' = 'backchannel_logout'`,
    )
    expect(rows).toHaveLength(2)
  })

  it('takes each jti once', async () => {
    const first = await signIn('once')
    const token = await sign(honest('once'))
    expect((await post(token)).status).toBe(200)
    expect(await statusOf(first)).toBe(401)
    const second = product.browser()
    await provider.signIn(second, 'once')
    expect((await post(token)).status).toBe(400)
    expect(await statusOf(second)).toBe(200)
  })

  it('answers alike for somebody who is not known', async () => {
    expect((await post(await sign(honest('nobody')))).status).toBe(200)
  })

  const without = (claims: JWTPayload, name: string): JWTPayload =>
    Object.fromEntries(Object.entries(claims).filter(([given]) => given !== name))
  const bad: Record<string, () => Promise<string> | string> = {
    'alg none': () => new UnsecuredJWT(honest('target')).encode(),
    'another key under the same name': async () =>
      new SignJWT(honest('target'))
        .setProtectedHeader({ alg: 'RS256', kid: key.kid })
        .sign((await generateKeyPair('RS256')).privateKey),
    'a MAC with a key that everybody knows': () =>
      new SignJWT(honest('target'))
        .setProtectedHeader({ alg: 'HS256', kid: key.kid })
        .sign(Buffer.from(lyingClient.secret)),
    'no event': () => sign(without(honest('target'), 'events')),
    'another event': () =>
      sign({ ...honest('target'), events: { 'http://schemas.openid.net/event/other': {} } }),
    'a nonce, as an ID token has': () => sign({ ...honest('target'), nonce: 'n' }),
    'another audience': () => sign({ ...honest('target'), aud: 'somebody else' }),
    'another issuer': () => sign({ ...honest('target'), iss: 'https://elsewhere.example' }),
    'no jti': () => sign(without(honest('target'), 'jti')),
    'no subject': () => sign(without(honest('target'), 'sub')),
    'an age of an hour': () => sign({ ...honest('target'), iat: now() - 3_600 }),
    'an end that has passed': () => sign({ ...honest('target'), exp: now() - 120 }),
    'no token at all': () => 'nonsense',
  }
  it('refuses every token that is none, and ends nothing', async () => {
    const browser = await signIn('target')
    for (const [what, make] of Object.entries(bad)) {
      const answer = await post(await make())
      expect([what, answer.status, await answer.json()]).toEqual([
        what,
        400,
        { error: 'invalid_request', error_description: 'not a logout token of this provider' },
      ])
    }
    expect(await statusOf(browser)).toBe(200)
  })

  it('asks for keys once, however many tokens name one that the provider does not have', async () => {
    const asked = (): number => provider.requests.filter((request) => request === 'GET /keys').length
    expect((await post(await sign(honest('nobody')))).status).toBe(200)
    const before = asked()
    const unknown = { ...key, kid: 'unknown' }
    for (let n = 0; n < 12; n++)
      expect((await post(await signed(honest('nobody'), unknown))).status).toBe(400)
    expect((await post(await sign(honest('nobody')))).status).toBe(200)
    expect(asked() - before).toBeLessThanOrEqual(1)
  })

  it('takes no token of one provider at the door of another', async () => {
    const other = await connectLyingProvider(product)
    const browser = await signIn('elsewhere')
    expect((await post(await sign(honest('elsewhere')), other.id)).status).toBe(400)
    expect((await post(await sign(honest('elsewhere')), randomUUID())).status).toBe(400)
    expect(await statusOf(browser)).toBe(200)
  })

  it('refuses a network that goes on sending what is none, and no other', async () => {
    await product.testDatabase.pool.query('delete from rate_limits')
    const statuses: number[] = []
    for (let n = 0; n <= badLogoutTokens.max; n++) statuses.push((await post('nonsense')).status)
    expect(new Set(statuses.slice(0, -1))).toEqual(new Set([400]))
    expect(statuses.at(-1)).toBe(429)
    expect((await post(await sign(honest('nobody')))).status).toBe(429)
    await product.testDatabase.advanceClock(62_000)
    expect((await post(await sign(honest('nobody')))).status).toBe(200)
  })
})
