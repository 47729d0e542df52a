import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Browser } from '../support/browser.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

/** Somebody new, signed in, whose address nobody has confirmed. */
const newcomer = async (name: string): Promise<[Browser, string]> => {
  const browser = product.browser()
  const attemptId = attemptIdOf(await signInAtProvider(browser, name))
  await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
  await browser.postJson(`/v1/attempts/${attemptId}/session`, {})
  const emails = (await browser.get('/v1/me/emails')).json()['items'] as { id: string }[]
  return [browser, emails[0]?.id ?? '']
}
const mailsTo = (name: string) => product.inbox.messages().filter(({ to }) => to === `${name}@people.example`)
const linksTo = (name: string, count: number): Promise<string[]> =>
  eventually(() => {
    const links = mailsTo(name).map(({ text }) => /\/confirm\/\S+/.exec(text ?? '')?.[0] ?? '')
    return links.length >= count ? links : null
  })

describe('asking for the confirmation once more', () => {
  it('S60, S63 repeats the same link while it works, and a fresh one after', async () => {
    const [browser, id] = await newcomer('rosa')
    await linksTo('rosa', 1)
    expect((await browser.postJson(`/v1/me/emails/${id}/confirmation`, {})).status).toBe(202)
    const twice = await linksTo('rosa', 2)
    expect(new Set(twice).size).toBe(1)
    await product.testDatabase.pool.query(
      `update user_emails set confirmation_issued_at = app.now() - interval '49 hours' where id = $1`,
      [id],
    )
    await browser.postJson(`/v1/me/emails/${id}/confirmation`, {})
    expect(new Set(await linksTo('rosa', 3)).size).toBe(2)
  })

  it('P49 is taken three times an hour, then told the seconds; reloading the page sends nothing', async () => {
    const [browser, id] = await newcomer('pablo')
    const answers: number[] = []
    for (let n = 0; n < 4; n++)
      answers.push((await browser.postJson(`/v1/me/emails/${id}/confirmation`, {})).status)
    expect(answers).toEqual([202, 202, 202, 429])
    const refused = await browser.postJson(`/v1/me/emails/${id}/confirmation`, {})
    expect(refused.json()).toMatchObject({ code: 'rate_limited' })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000)
    await linksTo('pablo', 4)
    for (let n = 0; n < 3; n++) await browser.get('/account')
    expect(mailsTo('pablo')).toHaveLength(4)
  })

  it('S63 of a confirmed address, or of somebody else’s, is refused and sends nothing', async () => {
    const [browser, id] = await newcomer('vita')
    const [stranger] = await newcomer('stranger')
    const foreign = await stranger.postJson(`/v1/me/emails/${id}/confirmation`, {})
    expect([foreign.status, foreign.json()['code']]).toEqual([404, 'not_found'])
    await product.testDatabase.pool.query('update user_emails set verified_at = app.now() where id = $1', [
      id,
    ])
    const done = await browser.postJson(`/v1/me/emails/${id}/confirmation`, {})
    expect([done.status, done.json()['code']]).toEqual([409, 'already_confirmed'])
  })

  it('tells the holder of the address, and shows who asked no difference', async () => {
    await product.testDatabase.pool.query(
      `with u as (insert into users (name) values ('Holder') returning id)
       insert into user_emails (user_id, address, canonical, verified_at)
       select id, 'held@people.example', 'held@people.example', app.now() from u`,
    )
    const [browser, id] = await newcomer('held')
    expect((await browser.postJson(`/v1/me/emails/${id}/confirmation`, {})).status).toBe(202)
    const mails = await eventually(() => (mailsTo('held').length === 2 ? mailsTo('held') : null))
    expect(mails.map(({ subject }) => subject)).toEqual(
      Array<string>(2).fill('You already have an account: Acme Corporation'),
    )
    expect(mails.some(({ text }) => text?.includes('/confirm/'))).toBe(false)
    // Once somebody signed in with it, once somebody who is signed in asked.
    expect(mails.map(({ text }) => text?.includes('Somebody signed in to')).toSorted()).toEqual([false, true])
    expect(mails.filter(({ text }) => text?.includes('Somebody who is signed in at'))).toHaveLength(1)
  })
})
