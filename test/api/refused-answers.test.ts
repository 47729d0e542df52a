import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { SignJWT } from 'jose'
import type { JWTPayload } from 'jose'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { lyingClient, signed } from '../support/lying-provider.js'
import type { Lie, SigningKey } from '../support/lying-provider.js'
import { headline, nextSteps, withoutReference } from '../support/pages.js'
import { attemptIdOf, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { rowCounts, rowsWritten } from '../support/row-counts.js'

let product: Product
let provider: ConnectedProvider
/** What the API looked up by subject: nothing, until an assertion is believed. */
const lookUps: string[] = []

beforeAll(async () => {
  product = await startProduct(({ database }) => ({
    database: {
      ...database,
      identities: {
        ...database.identities,
        findOwner: (providerId, issuer, subject) => {
          lookUps.push(subject)
          return database.identities.findOwner(providerId, issuer, subject)
        },
      },
    },
  }))
  provider = await connectLyingProvider(product)
}, 60_000)
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

beforeEach(() => {
  lookUps.length = 0
})

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const claiming = (change: JWTPayload): Lie => ({ claims: (honest) => ({ ...honest, ...change }) })
const without = (name: string): Lie => ({
  claims: (honest) => Object.fromEntries(Object.entries(honest).filter(([key]) => key !== name)),
})
const signedAs = (
  header: Record<string, unknown>,
  signature: (text: string, key: SigningKey) => string,
): Lie => ({
  idToken: (claims, key) => {
    const text = `${encode(header)}.${encode(claims)}`
    return `${text}.${signature(text, key)}`
  },
})
const hs256 =
  (secret: string) =>
  (text: string): string =>
    createHmac('sha256', secret).update(text).digest('base64url')
const secondsAgo = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds
const noUserinfoClaims = { name: undefined, email: undefined, email_verified: undefined }

/** What a provider may say of a person that is not to be believed, and the reason in the audit. */
const refusedIdentities: Record<string, readonly [Lie, string]> = {
  'iss of another provider': [
    claiming({ iss: 'https://other.example' }),
    'unexpected JWT "iss" (issuer) claim value',
  ],
  'no iss': [without('iss'), 'JWT "iss" (issuer) claim missing'],
  'aud of another client': [
    claiming({ aud: 'somebody-else' }),
    'unexpected JWT "aud" (audience) claim value',
  ],
  'no aud': [without('aud'), 'JWT "aud" (audience) claim missing'],
  'a further aud that nobody vouches for': [
    claiming({ aud: [lyingClient.id, 'somebody-else'] }),
    'ID Token "aud" (audience) claim includes additional untrusted audiences',
  ],
  'azp of another client': [claiming({ azp: 'somebody-else' }), 'unexpected ID Token "azp" claim value'],
  'no sub': [without('sub'), 'JWT "sub" (subject) claim missing'],
  'no iat': [without('iat'), 'JWT "iat" (issued at) claim missing'],
  'no exp': [without('exp'), 'JWT "exp" (expiration time) claim missing'],
  expired: [
    claiming({ iat: secondsAgo(900), exp: secondsAgo(600) }),
    'unexpected JWT "exp" (expiration time) claim value, expiration is past current timestamp',
  ],
  'not valid yet': [claiming({ nbf: secondsAgo(-600) }), 'unexpected JWT "nbf" (not before) claim value'],
  'another nonce': [claiming({ nonce: 'another' }), 'unexpected ID Token "nonce" claim value'],
  'no nonce': [without('nonce'), 'JWT "nonce" (nonce) claim missing'],
  'alg none': [signedAs({ alg: 'none' }, () => ''), 'unexpected JWT "alg" header parameter'],
  'no alg': [signedAs({}, () => ''), 'unexpected JWT "alg" header parameter'],
  'alg HS256, keyed with the client secret': [
    signedAs({ alg: 'HS256' }, hs256(lyingClient.secret)),
    'unexpected JWT "alg" header parameter',
  ],
  'alg HS256, though the metadata promise it': [
    {
      ...signedAs({ alg: 'HS256' }, hs256(lyingClient.secret)),
      metadata: (honest) => ({ ...honest, id_token_signing_alg_values_supported: ['HS256'] }),
    },
    'unsupported JWS algorithm',
  ],
  'alg none, though the metadata promise it': [
    {
      ...signedAs({ alg: 'none' }, () => ''),
      metadata: (honest) => ({ ...honest, id_token_signing_alg_values_supported: ['none'] }),
    },
    'unsupported JWS "alg" identifier',
  ],
  'a bad RS256 signature': [
    { idToken: async (claims, key) => (await signed(claims, key)).replace(/[^.]{8}$/, 'AAAAAAAA') },
    'JWT signature verification failed',
  ],
  'a key that is not published': [
    { idToken: (claims, key) => signed(claims, { ...key, kid: 'unpublished' }) },
    'error when selecting a JWT verification key, no applicable keys found',
  ],
  'no kid, though several keys are published': [
    {
      idToken: (claims, { privateKey }) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
      keys: ([key = {}]) => [key, { ...key, kid: 'second' }],
    },
    'error when selecting a JWT verification key, multiple applicable keys found, a "kid" JWT Header Parameter is required',
  ],
  'no JWT at all': [{ idToken: () => 'not-a-jwt' }, 'Invalid JWT'],
  'an encrypted token': [{ idToken: () => 'a.b.c.d.e' }, 'JWE decryption is not configured'],
  'userinfo of another sub': [
    { ...claiming(noUserinfoClaims), userinfo: (honest) => ({ ...honest, sub: 'somebody-else' }) },
    'unexpected "response" body "sub" property value',
  ],
  'userinfo without sub': [
    { ...claiming(noUserinfoClaims), userinfo: () => ({ name: 'Nobody' }) },
    '"response" body "sub" property must be a string',
  ],
  'iss of another provider beside the code': [
    { answer: (honest) => ({ ...honest, iss: 'https://other.example' }) },
    'unexpected "iss" (issuer) response parameter value',
  ],
  'no iss beside the code, though it is promised': [
    { answer: ({ code = '', state = '' }) => ({ code, state }) },
    'response parameter "iss" (issuer) missing',
  ],
}

/** Goes through a sign-in up to the answer, and tells what became of it. */
const refusedBy = async (liar: ConnectedProvider, lie: Lie, subject = 'liar') => {
  const { pool } = product.testDatabase
  liar.lie(lie)
  const browser = product.browser()
  const callback = await liar.callbackFor(browser, subject)
  const before = await rowCounts(pool)
  const answer = await browser.get(callback)
  const { rows } = await pool.query<{ stage: string; outcome_code: string; reason: string }>(
    `select a.stage, a.outcome_code, e.data->>'reason' as reason from attempts a
     join audit_events e on e.attempt_id = a.id and e.event = 'attempt.ended' order by e.id desc limit 1`,
  )
  return { browser, answer, ended: rows[0], written: await rowsWritten(pool, before) }
}

describe('an assertion that cannot be believed', () => {
  it.each(Object.entries(refusedIdentities))(
    'A6 is refused before any look-up: %s',
    async (_name, [lie, reason]) => {
      const asksAnew = lie.metadata !== undefined || lie.keys !== undefined
      const liar = asksAnew ? await connectLyingProvider(product, lie) : provider
      const { browser, answer, ended, written } = await refusedBy(liar, lie)
      expect({ status: answer.status, headline: headline(answer), next: nextSteps(answer) }).toEqual({
        status: 400,
        headline: 'We could not accept the answer',
        next: ['/sso/acme?return_to=%2Faccount'],
      })
      expect(ended).toEqual({ stage: 'ended', outcome_code: 'invalid_identity', reason })
      expect(written).toEqual({ audit_events: 1 })
      expect(lookUps).toEqual([])
      expect([...browser.cookies.keys()].filter((name) => name.includes('session'))).toEqual([])
    },
  )

  it('A6 shows one page, whatever the reason', async () => {
    const pages = new Set<string>()
    for (const lie of [
      without('sub'),
      claiming({ nonce: 'another' }),
      { idToken: () => 'not-a-jwt' },
      claiming({ sub: '' }),
    ]) {
      pages.add(withoutReference((await refusedBy(provider, lie)).answer))
    }
    expect(pages.size).toBe(1)
  })

  it.each([
    ['issuer', claiming({ iss: 'https://other.example' })],
    ['audience', claiming({ aud: 'somebody-else' })],
    ['expiry', claiming({ exp: secondsAgo(600) })],
  ])('P70 is told to programs by its code, and nothing was looked up: %s', async (_name, lie) => {
    provider.lie(lie)
    const browser = product.browser()
    const problem = await browser.get(await provider.callbackFor(browser, 'liar'), {
      accept: 'application/json',
    })
    expect([problem.status, problem.json()]).toMatchObject([400, { code: 'invalid_identity' }])
    expect(lookUps).toEqual([])
  })
})

describe('T11 a subject that cannot be one', () => {
  it.each<[string, unknown]>([
    ['empty', ''],
    ['blank', '   '],
    ['the number 0', 0],
    ['a number', 12345],
    ['null', null],
    ['true', true],
    ['a list', ['liar']],
    ['the text undefined', 'undefined'],
    ['the text null', 'null'],
    ['256 characters', 'x'.repeat(256)],
    ['with NUL', 'li\u0000ar'],
    ['with a line break', 'li\nar'],
    ['a letter that only looks like another', 'li\u0430r'],
  ])('%s', async (_name, sub) => {
    const { answer, ended, written } = await refusedBy(provider, claiming({ sub: sub as string }))
    expect({ status: answer.status, code: ended?.outcome_code, written }).toEqual({
      status: 400,
      code: 'invalid_identity',
      written: { audit_events: 1 },
    })
    expect(lookUps).toEqual([])
  })

  it('is compared as bytes: upper and lower case are two people', async () => {
    provider.lie({})
    for (const subject of ['Case', 'case']) {
      const browser = product.browser()
      const attemptId = attemptIdOf(await provider.signIn(browser, subject))
      await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
    }
    const { rows } = await product.testDatabase.pool.query(
      `select count(distinct user_id)::int as users from identities where provider_id = $1 and lower(subject) = 'case'`,
      [provider.id],
    )
    expect(rows).toEqual([{ users: 2 }])
  })
})

describe('a code of another sign-in', () => {
  it('P69 is refused by the provider, for want of its verifier', async () => {
    provider.lie({})
    const browser = product.browser()
    const victim = new URL(await provider.callbackFor(browser, 'victim'))
    const injected = new URL(await provider.callbackFor(browser, 'attacker'))
    injected.searchParams.set('code', victim.searchParams.get('code') ?? '')
    const answer = await browser.get(injected.href, { accept: 'application/json' })
    expect([answer.status, answer.json()]).toMatchObject([502, { code: 'provider_error' }])
    expect(lookUps).toEqual([])
  })

  it('P69 is refused by its nonce where the provider does not look at verifiers', async () => {
    provider.lie({ ignoresVerifier: true })
    const browser = product.browser()
    const victim = new URL(await provider.callbackFor(browser, 'victim'))
    const injected = new URL(await provider.callbackFor(browser, 'attacker'))
    injected.searchParams.set('code', victim.searchParams.get('code') ?? '')
    const answer = await browser.get(injected.href, { accept: 'application/json' })
    expect([answer.status, answer.json()]).toMatchObject([400, { code: 'invalid_identity' }])
  })

  it('P69 state, nonce and verifier are drawn anew for each sign-in, and are three', async () => {
    provider.lie({})
    const browser = product.browser()
    const before = provider.tokenRequests.length
    const requests = [
      await browser.submit(provider.startPath, { login_hint: 'a' }),
      await browser.submit(provider.startPath, { login_hint: 'b' }),
    ]
    const sent = requests.map((answer) => new URL(answer.location()).searchParams)
    for (const answer of requests) await browser.get((await browser.get(answer.location())).location())
    const verifiers = provider.tokenRequests.slice(before).map(({ body }) => body.get('code_verifier'))
    const drawn = [
      ...sent.flatMap((query) => [query.get('state'), query.get('nonce'), query.get('code_challenge')]),
      ...verifiers,
    ]
    expect(sent.map((query) => query.get('code_challenge_method'))).toEqual(['S256', 'S256'])
    expect(new Set(drawn).size).toBe(8)
    for (const value of drawn) expect(value).toMatch(/^[\w-]{43}$/)
  })
})
