import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { retryMails } from '../../../support/retry-mails.js'
import type { Answer, Browser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { eventually, startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'
import { hasParkedMail, standsBeforeQuestion } from '../../support/unknown-people.js'

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
const follow = async (browser: Browser, path: string) => {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await fetch(`${support.origin}${path}/events`, { headers: { cookie } })
  const told = { text: '', ended: false }
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) told.text += decoder.decode(chunk)
    told.ended = true
  }
  // A page may be open still when the console stops.
  void read().catch(() => undefined)
  return told
}

it.each([
  ['who signed out', (browser: Browser) => browser.submit('/sign-out', {})],
  ['whose session is over', () => product.testDatabase.advanceClock(31 * 60_000)],
])('an open page of somebody %s is told nothing more, and ends', async (_who, leave) => {
  const leaving = await support.signedIn('sam')
  const { id, browser } = await standsBeforeQuestion(product, `watched-${_who.replaceAll(' ', '-')}`)
  const told = await follow(leaving, `/attempts/${id}`)
  await eventually(() => told.text.includes('awaiting_decision') || null)
  await leave(leaving)
  await browser.postJson(`/v1/attempts/${id}/decision`, { decision: 'cancel' }, { 'idempotency-key': 'k' })
  await eventually(() => told.ended || null)
  expect(told.text).not.toContain('ended')
})

/** What an open page is told of, and whether that is what it shows already. */
const shows = (page: Answer, told: string): boolean => {
  const newest = told.match(/"stage":"([^"]*)"/g)?.at(-1)
  return newest === `"stage":"${/data-stage="([^"]*)"/.exec(page.text)?.[1]}"`
}

it('the pages of a mail and of a retry of many are told of each change, until they show it; without scripts there is a link', async () => {
  const alva = await support.signedIn('alva')
  const { mailId } = await hasParkedMail(product, 'watched-mail')
  const asked = await alva.postJson('/v1/support/mails/retry', { filter: {}, reason: 'watched' })
  const paths = [`/mails/${mailId}`, `/retries/${String(asked.json()['id'])}`]
  const before = await Promise.all(paths.map((path) => alva.get(path)))
  const told = await Promise.all(paths.map((path) => follow(alva, path)))
  for (const [n, page] of before.entries()) {
    expect(page.text).toContain(`data-live="${paths[n]}/events"`)
    expect(page.text).toContain('<noscript><p><a href>')
    await eventually(() => shows(page, told[n]?.text ?? '') || null)
  }

  await retryMails(support.dependencies)
  for (const [n, page] of before.entries()) {
    await eventually(() => !shows(page, told[n]?.text ?? '') || null)
    await eventually(async () => shows(await alva.get(paths[n] ?? ''), told[n]?.text ?? '') || null)
  }
  await eventually(async () => (await alva.get(paths[0] ?? '')).text.includes('>accepted<') || null)
  expect((await alva.get(paths[1] ?? '')).text).toContain('1, of which 1 done')
})
