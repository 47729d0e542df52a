import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createPasswordHasher } from '../../clients/password-hash.js'
import { linkIdentity, newUser, passwordSession, signIn } from '../support/account.js'
import type { Answer, Browser } from '../support/browser.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { attemptIdOf, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
let second: ConnectedProvider
beforeAll(async () => {
  product = await startProduct()
  second = await connectLyingProvider(product)
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

const stolen = 'four words that one more knows'
const redeem = (browser: Browser, attemptId: string): Promise<Answer> =>
  browser.postJson(`/v1/attempts/${attemptId}/session`, {})

/** Somebody who knows the password has connected an identity to the account, and waits with the session. */
const merged = async (name: string) => {
  const userId = await newUser(product, name)
  await product.database.passwords.set(userId, await createPasswordHasher().hash(stolen))
  await linkIdentity(product, userId, name)
  const thief = product.browser()
  const attemptId = attemptIdOf(await second.signIn(thief, `${name}-thief`))
  const email = `${name}@people.example`
  const proof = { kind: 'password', email, password: stolen }
  expect((await thief.postJson(`/v1/attempts/${attemptId}/proofs`, proof)).status).toBe(201)
  const decided = await thief.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'merge' })
  expect(decided.json()).toMatchObject({ outcome: { result: 'signed_in', how: 'merged' } })
  const { identities } = await product.database.signInMethods.list(userId)
  const added = identities.find(({ subject }) => subject === `${name}-thief`)?.id ?? ''
  const owner = await passwordSession(product, userId)
  return { userId, thief, attemptId, added, owner: owner.browser }
}

describe('an outcome that has not become a session yet', () => {
  it.each<[string, string, (owner: Browser, added: string) => Promise<Answer>]>([
    ['ends the other sessions', 'ender', (owner) => owner.delete('/v1/me/sessions')],
    ['unlinks the identity', 'unlinker', (owner, added) => owner.delete(`/v1/me/identities/${added}`)],
    [
      'changes the password',
      'changer',
      (owner) => owner.sendJson('PUT', '/v1/me/password', { password: 'five words that nobody knows' }),
    ],
  ])('becomes none once the owner of the account %s', async (_, name, defend) => {
    const { owner, added, thief, attemptId } = await merged(name)
    expect((await defend(owner, added)).status).toBe(204)
    const refused = await redeem(thief, attemptId)
    expect([refused.status, refused.json()['code']]).toEqual([410, 'attempt_expired'])
    expect((await thief.get('/v1/session')).status).toBe(401)
    expect((await owner.get('/v1/session')).status).toBe(200)
  })

  it('becomes none where its identity is gone, whoever removed it', async () => {
    const { userId, added, thief, attemptId } = await merged('gone')
    await product.testDatabase.pool.query('delete from identities where id = $1', [added])
    await product.testDatabase.pool.query(
      'update attempts set outcome_methods_version = (select methods_version from users where id = $2) where id = $1',
      [attemptId, userId],
    )
    expect((await redeem(thief, attemptId)).json()['code']).toBe('attempt_expired')
  })

  it('becomes one while nothing changes, and one again', async () => {
    const { thief, attemptId } = await merged('quiet')
    expect((await redeem(thief, attemptId)).status).toBe(201)
    expect((await redeem(thief, attemptId)).status).toBe(201)
    expect((await thief.get('/v1/session')).status).toBe(200)
  })

  it('waits for a change of the account that is under way, and becomes none by it', async () => {
    const { userId, owner, thief, attemptId } = await merged('slow')
    const client = await product.testDatabase.pool.connect()
    await client.query('begin')
    await client.query(`update user_passwords set hash = 'another' where user_id = $1`, [userId])
    const asked = redeem(thief, attemptId)
    expect(
      await Promise.race([asked.then(() => 'answered'), owner.get('/v1/session').then(() => 'waits')]),
    ).toBe('waits')
    await client.query('commit')
    client.release()
    expect((await asked).json()['code']).toBe('attempt_expired')
  })
})

it('a session whose provider’s identity is gone is no password’s: it changes nothing of the account', async () => {
  const userId = await newUser(product, 'bare')
  const identityId = await linkIdentity(product, userId, 'bare')
  const { browser } = await signIn(product, 'bare')
  await product.testDatabase.pool.query('delete from identities where id = $1', [identityId])
  const refused = await browser.sendJson('PUT', '/v1/me/password', { password: stolen })
  expect([refused.status, refused.json()['code']]).toEqual([401, 'not_authenticated'])
})
