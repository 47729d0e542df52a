import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type pg from 'pg'
import type { Answer, Browser } from '../support/browser.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { headline, nextSteps } from '../support/pages.js'
import { attemptIdOf, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { rowCounts, rowsWritten } from '../support/row-counts.js'

let product: Product
let provider: ConnectedProvider
beforeAll(async () => {
  product = await startProduct(() => ({ trustedProxies: 1 }))
  provider = await connectLyingProvider(product)
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

const rows = async <Row extends pg.QueryResultRow>(
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> => (await product.testDatabase.pool.query<Row>(statement, values)).rows
const secrets = (browser: Browser): string[] =>
  [...browser.cookies.keys()].filter((name) => name.startsWith('__Host-attempt-'))
const openTen = async (browser: Browser): Promise<string[]> => {
  const callbacks = []
  for (let tab = 0; tab < 10; tab++) callbacks.push(await provider.callbackFor(browser, `tab-${tab}`))
  return callbacks
}
/** How the attempts ended whose secrets the browser holds, oldest first. */
const outcomes = async (browser: Browser): Promise<(string | null)[]> => {
  const ids = secrets(browser).map((name) => name.slice('__Host-attempt-'.length))
  const found = await rows<{ outcome: string | null }>(
    'select outcome from attempts where id = any($1::uuid[]) order by id',
    [ids],
  )
  return found.map(({ outcome }) => outcome)
}
const start = (
  browser: Browser,
  headers: Record<string, string> = {},
  path = provider.startPath,
): Promise<Answer> => browser.submit(path, {}, headers)

describe('one browser', () => {
  it('may have ten sign-ins open: the eleventh ends the oldest that was left at its provider', async () => {
    const browser = product.browser()
    const callbacks = await openTen(browser)
    const waits = attemptIdOf(await browser.get(callbacks[0] ?? ''))
    expect((await start(browser)).status).toBe(303)
    expect(await outcomes(browser)).toEqual([null, 'cancelled', ...Array<null>(9).fill(null)])

    const [ended] = await rows<{ attempt_id: string; data: unknown }>(
      `select e.attempt_id, e.data from audit_events e where event = 'attempt.ended' and data->>'reason' = 'another_began'`,
    )
    expect(ended?.data).toEqual({ result: 'cancelled', reason: 'another_began' })
    const late = await browser.get(callbacks[1] ?? '')
    expect([late.status, headline(late)]).toEqual([400, expect.any(String)])
    expect(nextSteps(late)).toContain('/sso/acme?return_to=%2Faccount')
    expect((await browser.get(`/v1/attempts/${waits}`)).json()).toMatchObject({ stage: 'awaiting_decision' })
  })

  it('that began several at once, which know nothing of each other, has ten again after the next one', async () => {
    const browser = product.browser()
    await openTen(browser)
    await Promise.all([start(browser), start(browser), start(browser)])
    const open = async () => (await outcomes(browser)).filter((outcome) => outcome === null)
    await start(browser)
    expect(await open()).toHaveLength(10)
  })

  it('is refused where all ten await its decision, with the seconds until the first one expires', async () => {
    const browser = product.browser()
    const waiting = []
    for (const callback of await openTen(browser)) waiting.push(attemptIdOf(await browser.get(callback)))
    await rows(`update attempts set expires_at = app.now() + interval '90 s' where id = $1`, [waiting[4]])
    const before = await rowCounts(product.testDatabase.pool)

    const page = await start(browser)
    expect({ status: page.status, headline: headline(page), next: nextSteps(page) }).toEqual({
      status: 429,
      headline: 'Other sign-ins are waiting for you',
      next: [`/attempts/${waiting[0]}`],
    })
    const seconds = Number(page.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(60)
    expect(seconds).toBeLessThanOrEqual(90)
    const problem = await browser.postJson('/v1/attempts', { organization: 'acme', provider: 'demo' })
    expect([problem.status, problem.json()]).toMatchObject([
      429,
      { code: 'too_many_attempts', retry_after: expect.any(Number) },
    ])
    expect(await rowsWritten(product.testDatabase.pool, before)).toEqual({})
    expect((await start(product.browser())).status).toBe(303)

    await browser.postJson(`/v1/attempts/${waiting[1]}/decision`, { decision: 'cancel' })
    expect((await start(browser)).status).toBe(303)
  })

  it('ends nothing of another browser, whose attempts it only names', async () => {
    const victim = product.browser()
    await openTen(victim)
    const stranger = product.browser()
    for (const name of secrets(victim)) stranger.cookies.set(name, 'guessed')
    expect((await start(stranger)).status).toBe(303)
    expect(await outcomes(victim)).toEqual(Array<null>(10).fill(null))
  })

  it('may begin again once its sign-ins have expired', async () => {
    const browser = product.browser()
    for (const callback of await openTen(browser)) await browser.get(callback)
    expect((await start(browser)).status).toBe(429)
    await product.testDatabase.advanceClock(60 * 60_000)
    expect((await start(browser)).status).toBe(303)
  })

  it('is not held up by sign-ins that it names and that are none', async () => {
    const browser = product.browser()
    for (const id of ['x', '', '00000000-0000-7000-8000-000000000000', "';--"])
      browser.cookies.set(`__Host-attempt-${id}`, 'x')
    expect((await start(browser)).status).toBe(303)
  })

  it('keeps the secrets of its newest sign-ins only, so that its requests stay short', async () => {
    const browser = product.browser()
    for (let time = 0; time < 30; time++) {
      const refused = new URL(await provider.callbackFor(browser, 'often'))
      refused.searchParams.delete('code')
      refused.searchParams.set('error', 'access_denied')
      await browser.get(refused.href)
    }
    expect(secrets(browser).length).toBeLessThanOrEqual(20)
    expect((await browser.get(await provider.callbackFor(browser, 'often'))).status).toBe(303)
  })
})

describe('one network', () => {
  /** As if it had begun as many there as it may. */
  const useUp = async (): Promise<void> => {
    await rows('update rate_limits set count = 1200')
  }
  const from = (...hops: string[]): Record<string, string> => ({ 'x-forwarded-for': hops.join(', ') })
  const statuses = async (...starts: Promise<Answer>[]): Promise<number[]> =>
    (await Promise.all(starts)).map(({ status }) => status)
  beforeEach(() => rows('delete from rate_limits'))

  it('P76 has one limit for the /64 of its IPv6 addresses, whatever it claims to forward for', async () => {
    const visitor = product.browser()
    expect((await start(visitor, from('2001:db8:1:2::1'))).status).toBe(303)
    expect(await rows('select from rate_limits')).toHaveLength(1)
    await useUp()
    expect(
      await statuses(
        start(visitor, from('2001:db8:1:2:ffff::2')),
        start(product.browser(), from('203.0.113.7', '10.1.1.1', '2001:DB8:1:2:0:0:0:3')),
      ),
    ).toEqual([429, 429])
    expect(
      await statuses(
        start(visitor, from('2001:db8:1:3::1')),
        start(visitor, from('2001:db8:1:2::1', '203.0.113.7')),
      ),
    ).toEqual([303, 303])
  })

  it('P76 is where the connection comes from, and the word of nobody, where no proxy stands in front', async () => {
    const bare = await startProduct()
    try {
      const begin = (claimed: string): Promise<Answer> =>
        bare.browser().submit('/sso/acme/demo', {}, { 'x-forwarded-for': claimed, 'x-real-ip': claimed })
      for (const claimed of ['203.0.113.1', '2001:db8::1', 'x'])
        expect((await begin(claimed)).status).toBe(303)
      const { rows: networks } = await bare.testDatabase.pool.query(
        'select distinct client_network from attempts',
      )
      expect(networks).toEqual([{ client_network: '127.0.0.1' }])
      await bare.testDatabase.pool.query('update rate_limits set count = 1200')
      expect((await begin('203.0.113.2')).status).toBe(429)
    } finally {
      await bare.stop()
    }
  })

  it('is told when it may begin again, and its flood at one provider spares the others', async () => {
    expect((await start(product.browser(), from('203.0.113.9'))).status).toBe(303)
    await useUp()
    const page = await start(product.browser(), from('203.0.113.9'))
    expect([page.status, headline(page), nextSteps(page)]).toEqual([429, expect.any(String), ['/sso/acme']])
    const seconds = Number(page.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(61)
    expect(
      await statuses(
        start(product.browser(), from('203.0.113.9'), '/sso/acme/demo'),
        start(product.browser(), from('203.0.113.9'), '/sso/globex/demo'),
        start(product.browser(), from('203.0.113.10')),
      ),
    ).toEqual([303, 303, 303])
    await product.testDatabase.advanceClock(seconds * 1000)
    expect((await start(product.browser(), from('203.0.113.9'))).status).toBe(303)
  })
})
