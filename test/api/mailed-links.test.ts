import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Logger } from '../../clients/log.js'
import { newUser } from '../support/account.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
/** All that the API has logged. */
const said: unknown[] = []
beforeAll(async () => {
  const note = (...line: unknown[]): void => void said.push(line)
  product = await startProduct(({ log }) => ({
    log: Object.assign(Object.create(log) as Logger, { debug: note, info: note, warn: note, error: note }),
  }))
})
afterAll(() => product.stop())

/** Waits for the mail of a kind. @returns the path of its link */
const linkIn = (address: string, page: string): Promise<string> =>
  eventually(() => {
    const found = product.inbox
      .messages()
      .filter(({ to }) => to === address)
      .map(({ text }) => new RegExp(`http\\S+(/${page}/\\S+)`).exec(text ?? '')?.[1])
      .find((path) => path !== undefined)
    return found ?? null
  })

it('T36 no page that a mailed link opens hands the link on: no referrer, no cache, no other page’s address, no log line', async () => {
  const browser = product.browser()
  const created = attemptIdOf(await signInAtProvider(browser, 'leaky'))
  await browser.postJson(`/v1/attempts/${created}/decision`, { decision: 'create' })
  const stranger = product.browser()
  const attemptId = attemptIdOf(await signInAtProvider(stranger, 'leaky-proof'))
  await stranger.postJson(`/v1/attempts/${attemptId}/proofs`, { kind: 'email' })
  await newUser(product, 'leaky-reset')
  await stranger.submit('/password', { email: 'leaky-reset@people.example' })
  const links = [
    await linkIn('leaky@people.example', 'confirm'),
    await linkIn('leaky-proof@people.example', 'prove'),
    await linkIn('leaky-proof@people.example', 'not-me'),
    await linkIn('leaky-reset@people.example', 'password'),
  ]
  for (const link of links) {
    const token = link.split('/').at(-1) ?? ''
    const shown = await product.browser().get(link)
    const posted = await product.browser().submit(link, { password: 'short' })
    for (const answer of [shown, posted]) {
      expect([link, answer.headers.get('referrer-policy'), answer.headers.get('cache-control')]).toEqual([
        link,
        'no-referrer',
        'no-store',
      ])
      expect(answer.headers.get('location') ?? '').not.toContain(token)
      // Its own form posts it back; nothing else on the page names it.
      const elsewhere = answer.text.replaceAll(`action="${link}"`, '')
      expect(elsewhere).not.toContain(token)
    }
    expect(token.length).toBeGreaterThan(40)
    expect(JSON.stringify(said)).not.toContain(token)
  }
  expect(JSON.stringify(said)).toContain('/confirm/:token')
})
