import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
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

const changed = (callback: string, change: (query: URLSearchParams) => void): string => {
  const url = new URL(callback)
  change(url.searchParams)
  return url.href
}

describe('A4 an answer whose state is not this browser’s', () => {
  it.each<[string, (query: URLSearchParams) => void]>([
    ['no state', (query) => query.delete('state')],
    ['an empty one', (query) => query.set('state', '')],
    ['a forged one', (query) => query.set('state', 'forged')],
    [
      'one letter of it changed',
      (query) =>
        query.set(
          'state',
          (query.get('state') ?? '').replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
        ),
    ],
    ['two of them', (query) => query.append('state', query.get('state') ?? '')],
    ['one of 10,000 letters', (query) => query.set('state', 'x'.repeat(10_000))],
    ['one with NUL', (query) => query.set('state', '\u0000')],
  ])('is refused without a call to the provider, and uses up nothing: %s', async (_name, change) => {
    const browser = product.browser()
    const callback = await provider.callbackFor(browser, 'nora')
    const before = await rowCounts(product.testDatabase.pool)
    const calls = provider.requests.length
    const refused = await browser.get(changed(callback, change))
    expect({ status: refused.status, headline: headline(refused), next: nextSteps(refused) }).toEqual({
      status: 400,
      headline: 'This sign-in cannot go on',
      next: ['/'],
    })
    expect(await rowsWritten(product.testDatabase.pool, before)).toEqual({})
    expect(provider.requests).toHaveLength(calls)
    expect(attemptIdOf(await browser.get(callback))).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('A4 is refused in another browser, also in one that has a sign-in of its own open; the right one goes on', async () => {
    const [victim, attacker] = [product.browser(), product.browser()]
    const [callback] = [
      await provider.callbackFor(victim, 'nora'),
      await provider.callbackFor(attacker, 'eve'),
    ]
    const before = await rowCounts(product.testDatabase.pool)
    const calls = provider.requests.length
    for (const browser of [attacker, product.browser()]) {
      const refused = await browser.get(callback, { accept: 'application/json' })
      expect([refused.status, refused.json()]).toMatchObject([400, { code: 'invalid_state' }])
      expect(refused.headers.getSetCookie()).toEqual([])
    }
    expect(await rowsWritten(product.testDatabase.pool, before)).toEqual({})
    expect(provider.requests).toHaveLength(calls)
    expect((await victim.get(callback)).status).toBe(303)
  })

  it('A4 is refused where the browser names the attempt and does not hold its secret', async () => {
    const [victim, attacker] = [product.browser(), product.browser()]
    const callback = await provider.callbackFor(victim, 'nora')
    for (const name of victim.cookies.keys()) attacker.cookies.set(name, 'A'.repeat(43))
    expect((await attacker.get(callback)).status).toBe(400)
    expect((await victim.get(callback)).status).toBe(303)
  })
})

describe('P69 an answer that comes where it should not', () => {
  it('S33, T39, P69 at another provider’s address: the attempt ends, and so does one that awaits that provider', async () => {
    const other = await connectLyingProvider(product)
    const browser = product.browser()
    const callback = await provider.callbackFor(browser, 'nora')
    const callbackOfOther = await other.callbackFor(browser, 'nora')
    const stranger = product.browser()
    const callbackOfStranger = await other.callbackFor(stranger, 'sam')
    const calls = [...provider.tokenRequests, ...other.tokenRequests].length

    const mixedUp = await browser.get(callback.replace(provider.id, other.id))
    expect({ status: mixedUp.status, next: nextSteps(mixedUp) }).toEqual({
      status: 400,
      next: ['/sso/acme?return_to=%2Faccount'],
    })
    expect([...provider.tokenRequests, ...other.tokenRequests]).toHaveLength(calls)
    expect((await browser.get(callback)).status).toBe(400)
    expect((await browser.get(callbackOfOther)).status).toBe(400)
    expect((await stranger.get(callbackOfStranger)).status).toBe(303)

    const { rows } = await product.testDatabase.pool.query<{ outcome: string; reason: string }>(
      `select a.outcome, e.data->>'reason' as reason from attempts a join audit_events e on e.attempt_id = a.id and e.event = 'attempt.ended'
       where e.data->>'reason' = 'provider_disagrees'`,
    )
    expect(rows).toEqual([
      { outcome: 'rejected', reason: 'provider_disagrees' },
      { outcome: 'rejected', reason: 'provider_disagrees' },
    ])
  })

  it.each(['not-a-uuid', '00000000-0000-0000-0000-000000000000', '%00'])(
    'P69 at an address that no provider has: %s',
    async (id) => {
      const browser = product.browser()
      const callback = await provider.callbackFor(browser, 'nora')
      expect((await browser.get(callback.replace(provider.id, id))).status).toBe(400)
    },
  )

  it.each(['code', 'iss', 'error'])('P69 with two of one kind: %s', async (name) => {
    const browser = product.browser()
    const callback = await provider.callbackFor(browser, 'nora')
    const calls = provider.tokenRequests.length
    const doubled = changed(callback, (query) => {
      query.set(name, 'one')
      query.append(name, 'two')
    })
    const refused = await browser.get(doubled, { accept: 'application/json' })
    expect([refused.status, refused.json()]).toMatchObject([400, { code: 'invalid_state' }])
    expect(provider.tokenRequests).toHaveLength(calls)
    expect((await browser.get(callback)).status).toBe(400)
  })

  it('P69 a second time: what came of the first is shown, and the code is not sent again', async () => {
    const browser = product.browser()
    const callback = await provider.callbackFor(browser, 'nora')
    const attemptId = attemptIdOf(await browser.get(callback))
    const calls = provider.tokenRequests.length
    expect(attemptIdOf(await browser.get(callback))).toBe(attemptId)
    expect(provider.tokenRequests).toHaveLength(calls)
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      stage: 'awaiting_decision',
    })
  })

  it('P69 after its time', async () => {
    const browser = product.browser()
    const callback = await provider.callbackFor(browser, 'nora')
    const calls = provider.tokenRequests.length
    await product.testDatabase.advanceClock(60 * 60_000)
    const late = await browser.get(callback)
    expect({ status: late.status, headline: headline(late), next: nextSteps(late) }).toEqual({
      status: 410,
      headline: 'This sign-in has expired',
      next: ['/sso/acme?return_to=%2Faccount'],
    })
    expect(provider.tokenRequests).toHaveLength(calls)
  })

  it('P69 once its provider was disabled: no token call', async () => {
    const disabled = await connectLyingProvider(product)
    const browser = product.browser()
    const callback = await disabled.callbackFor(browser, 'nora')
    await product.testDatabase.pool.query(`update providers set status = 'disabled' where id = $1`, [
      disabled.id,
    ])
    const refused = await browser.get(callback)
    expect([refused.status, headline(refused)]).toEqual([403, 'This way to sign in is switched off'])
    expect(disabled.tokenRequests).toEqual([])
    expect((await browser.submit(disabled.startPath, {})).status).toBe(403)
  })

  it('is not used up by HEAD, nor by a method that is not GET', async () => {
    const browser = product.browser()
    const callback = await provider.callbackFor(browser, 'nora')
    const head = await fetch(callback, {
      method: 'HEAD',
      headers: { cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; ') },
    })
    expect(head.status).toBe(405)
    expect((await browser.submit(callback, {})).status).toBe(405)
    expect((await browser.get(callback)).status).toBe(303)
  })
})
