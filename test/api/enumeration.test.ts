import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Answer } from '../support/browser.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
  await product.testDatabase.pool.query(
    `with u as (insert into users (name) values ('Holder') returning id)
     insert into user_emails (user_id, address, canonical, is_primary, verified_at)
     select id, 'holder@people.example', 'holder@people.example', true, app.now() from u`,
  )
})
afterAll(() => product.stop())

/** All that a stranger sees who comes with somebody's unproved address; what differs from one sign-in to the next is blotted out. */
const seenWith = async (name: string): Promise<unknown[]> => {
  const browser = product.browser()
  const attemptId = attemptIdOf(await signInAtProvider(browser, name))
  const blot = ({ status, text }: Answer): [number, string] => [
    status,
    text
      .replaceAll(name, 'name')
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time'),
  ]
  const proofs = `/v1/attempts/${attemptId}/proofs`
  const before = [
    blot(await browser.get(`/v1/attempts/${attemptId}`)),
    blot(await browser.postJson(proofs, { kind: 'email' })),
  ]
  // A decision calls the code off that has not been mailed yet.
  await eventually(() => (mailsTo(name) > 0 ? true : null))
  return [
    ...before,
    blot(await browser.postJson(proofs, { kind: 'email_code', code: 'abcdef' })),
    blot(
      await browser.postJson(proofs, { kind: 'password', email: `${name}@people.example`, password: 'no' }),
    ),
    blot(await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })),
  ]
}
const mailsTo = (name: string): number =>
  product.inbox.messages().filter(({ to }) => to === `${name}@people.example`).length

describe('an address that somebody holds, and one that nobody does', () => {
  it('T25, A13 get the same statuses, bytes and number of mails', async () => {
    const [held, free] = [await seenWith('holder'), await seenWith('herder')]
    expect(held).toEqual(free)
    expect(held.map((seen) => (seen as [number])[0])).toEqual([200, 202, 422, 422, 200])
    expect(await eventually(() => (mailsTo('holder') >= 2 && mailsTo('herder') >= 2 ? 'mailed' : null))).toBe(
      'mailed',
    )
    expect([mailsTo('holder'), mailsTo('herder')]).toEqual([2, 2])
  })
})
