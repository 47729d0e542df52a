import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditOf, linkIdentity, newUser, passwordSession, signIn } from '../support/account.js'
import type { Answer } from '../support/browser.js'
import { eventually, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
}, 60_000)
afterAll(() => product.stop())

const good = 'four words that nobody knows'
const codeOf = (answer: Answer): unknown => answer.json()['code']
/** An account with a confirmed address and a password. */
const former = async (name: string): Promise<string> => {
  const userId = await newUser(product, name)
  const { browser } = await passwordSession(product, userId)
  expect((await browser.sendJson('PUT', '/v1/me/password', { password: good })).status).toBe(204)
  return userId
}

describe('a fresh account without a confirmed address', () => {
  it('goes into the one that the person proves: identities move, it is deleted, audited, and told', async () => {
    const formerId = await former('former')
    const old = await passwordSession(product, formerId)
    const freshId = await newUser(product, 'fresh', false)
    const identityId = await linkIdentity(product, freshId, 'fresh')
    const { browser } = await signIn(product, 'fresh')
    expect((await browser.get('/account')).text).toContain('I already had an account')
    const answer = await browser.submit('/account/former', { email: 'former@people.example', password: good })
    expect([answer.status, answer.location()]).toEqual([303, `${product.origin}/account`])

    expect((await browser.get('/v1/session')).json()['user']).toMatchObject({ id: formerId })
    expect((await product.database.signInMethods.list(formerId)).identities.map(({ id }) => id)).toEqual([
      identityId,
    ])
    expect(await product.database.users.find(freshId)).toBeNull()
    expect((await old.browser.get('/v1/session')).status).toBe(401)
    expect(await auditOf(product, freshId)).toEqual(
      expect.arrayContaining(['identity.linked', 'user.folded']),
    )
    const again = await signIn(product, 'fresh')
    expect(again.userId).toBe(formerId)
    await eventually(() => product.inbox.messages().find(({ to }) => to === 'former@people.example'))
  })

  it('stays as it is where nothing is proved, or the other one has an identity at the provider', async () => {
    const formerId = await former('taken')
    await linkIdentity(product, formerId, 'taken')
    const freshId = await newUser(product, 'fresh-2', false)
    await linkIdentity(product, freshId, 'fresh-2')
    const { browser } = await signIn(product, 'fresh-2')
    const wrong = await browser.submit('/account/former', {
      email: 'taken@people.example',
      password: 'not the right one',
    })
    expect([wrong.status, wrong.text.includes('taken@people.example')]).toEqual([422, true])
    const conflict = await browser.postJson('/v1/me/fold', { email: 'taken@people.example', password: good })
    expect([conflict.status, codeOf(conflict)]).toEqual([409, 'identity_conflict'])
    expect(await product.database.users.find(freshId)).not.toBeNull()
    expect((await browser.get('/v1/session')).json()['user']).toMatchObject({ id: freshId })
  })

  it('is not offered this once an address is confirmed', async () => {
    await former('kept')
    const userId = await newUser(product, 'settled')
    await linkIdentity(product, userId, 'settled')
    const { browser } = await signIn(product, 'settled')
    expect((await browser.get('/account')).text).not.toContain('I already had an account')
    expect(
      codeOf(await browser.postJson('/v1/me/fold', { email: 'kept@people.example', password: good })),
    ).toBe('wrong_user')
    expect(await product.database.users.find(userId)).not.toBeNull()
  })
})
