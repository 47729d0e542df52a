import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Logger } from '../../clients/log.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import type { Lie } from '../support/lying-provider.js'
import { reply } from '../support/lying-provider.js'
import { headline, nextSteps } from '../support/pages.js'
import { attemptIdOf, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { rowCounts, rowsWritten } from '../support/row-counts.js'

let product: Product
let provider: ConnectedProvider
/** What the API said about providers: level, fields, words. */
const said: unknown[][] = []

beforeAll(async () => {
  product = await startProduct(({ log }) => ({
    log: Object.assign(Object.create(log) as Logger, {
      warn: (...line: unknown[]) => said.push(['warn', ...line]),
      info: (...line: unknown[]) => said.push(['info', ...line]),
    }),
  }))
  provider = await connectLyingProvider(product)
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})
beforeEach(() => {
  said.length = 0
})

const aboutProviders = () =>
  said.filter(([, , words]) => words === 'provider failed' || words === 'declined at the provider')
const newestAttempt = async (): Promise<string> => {
  const { rows } = await product.testDatabase.pool.query<{ id: string }>(
    'select id from attempts order by id desc limit 1',
  )
  return rows[0]?.id ?? ''
}

describe('P3 a person who says no at the provider', () => {
  it.each<[string, Lie]>([
    ['as it should be', { answer: ({ state = '', iss = '' }) => ({ error: 'access_denied', state, iss }) }],
    [
      'without iss, though it is promised',
      { answer: ({ state = '' }) => ({ error: 'access_denied', state }) },
    ],
  ])('P3 ends rejected, without an identity, and is told so: %s', async (_name, lie) => {
    provider.lie(lie)
    const browser = product.browser()
    const callback = await provider.callbackFor(browser, 'nora')
    const attemptId = await newestAttempt()
    const before = await rowCounts(product.testDatabase.pool)
    const told = await browser.get(callback)
    expect(await rowsWritten(product.testDatabase.pool, before)).toEqual({ audit_events: 1 })
    const later = await browser.get(`/attempts/${attemptId}`)
    for (const page of [told, later]) {
      expect({ status: page.status, headline: headline(page), next: nextSteps(page) }).toEqual({
        status: 403,
        headline: 'The sign-in was declined',
        next: ['/sso/acme?return_to=%2Faccount'],
      })
      expect(page.text).toContain('nothing was created or changed')
    }
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      stage: 'ended',
      identity: null,
      outcome: { result: 'rejected', code: 'provider_error', declined: true },
    })
    expect(aboutProviders()).toEqual([
      [
        'info',
        {
          providerId: provider.id,
          attemptId,
          problem: 'provider_error',
          reason: 'answered access_denied',
        },
        'declined at the provider',
      ],
    ])
    // The state is burnt: a reload, and a good answer with it, lead to what came of the first.
    provider.lie({})
    const good = new URL(callback)
    good.searchParams.delete('error')
    good.searchParams.set('code', 'code')
    for (const repeated of [callback, good.href]) {
      const answer = await browser.get(repeated)
      expect([answer.status, answer.location()]).toEqual([303, `${product.origin}/attempts/${attemptId}`])
    }
    expect(headline(await browser.get(`/attempts/${attemptId}`))).toBe('The sign-in was declined')
  })

  it('P3 keeps the session of who wanted to connect it, and the account as it was', async () => {
    provider.lie({ answer: ({ state = '', iss = '' }) => ({ error: 'access_denied', state, iss }) })
    const browser = product.browser()
    await signInAtProvider(browser, 'mark')
    const refused = await provider.signIn(browser, 'mark-elsewhere')
    expect([refused.status, headline(refused)]).toEqual([403, 'The sign-in was declined'])
    expect((await browser.get('/v1/session')).json()).toMatchObject({ user: { name: 'Mark Member' } })
    const { rows } = await product.testDatabase.pool.query('select from identities where provider_id = $1', [
      provider.id,
    ])
    expect(rows).toEqual([])
  })

  it('P3 is read in the language of the browser, and in a problem document', async () => {
    provider.lie({ answer: ({ state = '', iss = '' }) => ({ error: 'access_denied', state, iss }) })
    const browser = product.browser()
    const german = await browser.get(await provider.callbackFor(browser, 'nora'), { 'accept-language': 'de' })
    expect(headline(german)).toBe('Die Anmeldung wurde abgelehnt')
    const problem = await browser.get(await provider.callbackFor(browser, 'nora'), {
      accept: 'application/json',
    })
    expect([problem.status, problem.json()]).toMatchObject([
      403,
      { code: 'provider_error', status: 403, title: 'The sign-in was declined' },
    ])
  })
})

describe('a provider that fails', () => {
  it.each<[string, Lie, string, string]>([
    ['its answer', { token: () => reply({ status: 503 }) }, 'provider_error', '503'],
    ['its word', { claims: (honest) => ({ ...honest, aud: 'other' }) }, 'invalid_identity', '"aud"'],
  ])(
    'is named in the log with the reason, and with nothing of the person: %s',
    async (_, lie, problem, reason) => {
      provider.lie(lie)
      const refused = await provider.signIn(product.browser(), 'nora-unlogged')
      expect([400, 502]).toContain(refused.status)
      expect(aboutProviders()).toEqual([
        [
          'warn',
          {
            providerId: provider.id,
            attemptId: await newestAttempt(),
            problem,
            reason: expect.stringContaining(reason),
          },
          'provider failed',
        ],
      ])
      expect(JSON.stringify(said)).not.toContain('nora-unlogged')
    },
  )

  it('is named too where a sign-in cannot even begin', async () => {
    const broken = await connectLyingProvider(product, {
      metadata: (honest) => ({ ...honest, issuer: 'https://other.example' }),
    })
    expect((await product.browser().submit(broken.startPath, {})).status).toBe(502)
    expect(aboutProviders()).toEqual([
      [
        'warn',
        { providerId: broken.id, problem: 'provider_error', reason: expect.stringContaining('ssuer') },
        'provider failed',
      ],
    ])
  })
})

describe('after a refusal', () => {
  it('the same person gets on by a sign-in of its own', async () => {
    provider.lie({ answer: ({ state = '', iss = '' }) => ({ error: 'access_denied', state, iss }) })
    const browser = product.browser()
    expect((await provider.signIn(browser, 'second-thought')).status).toBe(403)
    provider.lie({})
    expect(attemptIdOf(await provider.signIn(browser, 'second-thought'))).toMatch(/^[0-9a-f-]{36}$/)
  })
})
