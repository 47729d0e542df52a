import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Browser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { eventually, startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'
import { standsBeforeQuestion } from '../../support/unknown-people.js'

let product: Product
let support: TestConsole
beforeAll(async () => {
  product = await startProduct()
  support = await startConsole(product)
})
afterAll(async () => {
  await support.stop()
  await product.stop()
})

/** All that an open page is told, and whether the console has ended it. */
const follow = async (browser: Browser, attemptId: string) => {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await fetch(`${support.origin}/attempts/${attemptId}/events`, { headers: { cookie } })
  const told = { text: '', ended: false }
  void (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) told.text += decoder.decode(chunk)
    told.ended = true
  })()
  return told
}

it.each([
  ['who signed out', (browser: Browser) => browser.submit('/sign-out', {})],
  ['whose session is over', () => product.testDatabase.advanceClock(31 * 60_000)],
])('an open page of somebody %s is told nothing more, and ends', async (_who, leave) => {
  const leaving = await support.signedIn('sam')
  const { id, browser } = await standsBeforeQuestion(product, `watched-${_who.replaceAll(' ', '-')}`)
  const told = await follow(leaving, id)
  await eventually(() => told.text.includes('awaiting_decision') || null)
  await leave(leaving)
  await browser.postJson(`/v1/attempts/${id}/decision`, { decision: 'cancel' }, { 'idempotency-key': 'k' })
  await eventually(() => told.ended || null)
  expect(told.text).not.toContain('ended')
})
