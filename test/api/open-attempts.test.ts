import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Browser } from '../support/browser.js'
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
}, 60_000)
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

const secrets = (browser: Browser): string[] =>
  [...browser.cookies.keys()].filter((name) => name.startsWith('__Host-attempt-'))
const openTen = async (browser: Browser): Promise<string[]> => {
  const callbacks = []
  for (let tab = 0; tab < 10; tab++) callbacks.push(await provider.callbackFor(browser, `tab-${tab}`))
  return callbacks
}

describe('one browser', () => {
  it('may have ten sign-ins open, and another one once one of them has ended', async () => {
    const browser = product.browser()
    const callbacks = await openTen(browser)
    const before = await rowCounts(product.testDatabase.pool)

    const page = await browser.submit(provider.startPath, {})
    expect({ status: page.status, headline: headline(page), next: nextSteps(page) }).toEqual({
      status: 429,
      headline: 'Too many tries',
      next: ['/sso/acme'],
    })
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0)
    const problem = await browser.postJson('/v1/attempts', { organization: 'acme', provider: 'demo' })
    expect([problem.status, problem.json()]).toMatchObject([
      429,
      { code: 'too_many_attempts', retry_after: expect.any(Number) },
    ])
    expect(await rowsWritten(product.testDatabase.pool, before)).toEqual({})
    expect((await product.browser().submit(provider.startPath, {})).status).toBe(303)

    const refused = new URL(callbacks[0] ?? '')
    refused.searchParams.delete('code')
    refused.searchParams.set('error', 'access_denied')
    expect((await browser.get(refused.href)).status).toBe(502)
    expect((await browser.submit(provider.startPath, {})).status).toBe(303)
    expect((await browser.submit(provider.startPath, {})).status).toBe(429)

    const attemptId = attemptIdOf(await browser.get(callbacks[1] ?? ''))
    await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'cancel' })
    expect((await browser.submit(provider.startPath, {})).status).toBe(303)
  })

  it('may begin again once its sign-ins have expired', async () => {
    const browser = product.browser()
    await openTen(browser)
    expect((await browser.submit(provider.startPath, {})).status).toBe(429)
    await product.testDatabase.advanceClock(60 * 60_000)
    expect((await browser.submit(provider.startPath, {})).status).toBe(303)
  })

  it('is not held up by sign-ins that it names and that are none', async () => {
    const browser = product.browser()
    for (const id of ['x', '', '00000000-0000-7000-8000-000000000000', "';--"])
      browser.cookies.set(`__Host-attempt-${id}`, 'x')
    expect((await browser.submit(provider.startPath, {})).status).toBe(303)
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
