import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import type { Lie } from '../support/lying-provider.js'
import { headline, nextSteps, withoutReference } from '../support/pages.js'
import { attemptIdOf, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { claiming, refusedIdentities, secondsAgo, without } from '../support/refused-identities.js'
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
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

beforeEach(() => {
  lookUps.length = 0
})

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
    'A6 T42 is refused before any look-up: %s',
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
  it('T41, P69 is refused by the provider, for want of its verifier', async () => {
    provider.lie({})
    const browser = product.browser()
    const victim = new URL(await provider.callbackFor(browser, 'victim'))
    const injected = new URL(await provider.callbackFor(browser, 'attacker'))
    injected.searchParams.set('code', victim.searchParams.get('code') ?? '')
    const answer = await browser.get(injected.href, { accept: 'application/json' })
    expect([answer.status, answer.json()]).toMatchObject([502, { code: 'provider_error' }])
    expect(lookUps).toEqual([])
  })

  it('T41, P69 is refused by its nonce where the provider does not look at verifiers', async () => {
    provider.lie({ ignoresVerifier: true })
    const browser = product.browser()
    const victim = new URL(await provider.callbackFor(browser, 'victim'))
    const injected = new URL(await provider.callbackFor(browser, 'attacker'))
    injected.searchParams.set('code', victim.searchParams.get('code') ?? '')
    const answer = await browser.get(injected.href, { accept: 'application/json' })
    expect([answer.status, answer.json()]).toMatchObject([400, { code: 'invalid_identity' }])
  })

  it('T41, P69 state, nonce and verifier are drawn anew for each sign-in, and are three', async () => {
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
