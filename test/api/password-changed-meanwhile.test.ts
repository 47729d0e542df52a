import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { generate } from 'otplib'
import { createPasswordHasher } from '../../clients/password-hash.js'
import { createTotp } from '../../clients/totp.js'
import { linkIdentity, newUser, passwordSession, signIn } from '../support/account.js'
import type { Answer, Browser } from '../support/browser.js'
import { attemptIdOf, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

const old = 'four words that nobody knows'
const next = 'five words that nobody else knows'

let product: Product
/** Happens once, after the next password or code was found to be right and before anything comes of it. */
let meanwhile: (() => Promise<unknown>) | null = null
beforeAll(async () => {
  const letItHappen = async <T>(found: T): Promise<T> => {
    const happens = meanwhile
    meanwhile = null
    await happens?.()
    return found
  }
  product = await startProduct(({ passwords, totp }) => ({
    passwords: {
      ...passwords,
      verify: async (hash, password) => letItHappen(await passwords.verify(hash, password)),
    },
    totp: { ...totp, stepOf: async (...shown) => letItHappen(await totp.stepOf(...shown)) },
  }))
})
afterAll(() => product.stop())

const member = async (name: string): Promise<{ userId: string; email: string; owner: Browser }> => {
  const userId = await newUser(product, name)
  await product.database.passwords.set(userId, await createPasswordHasher().hash(old))
  const { browser: owner } = await passwordSession(product, userId)
  return { userId, email: `${name}@people.example`, owner }
}
const changePassword = async (owner: Browser): Promise<void> => {
  expect((await owner.sendJson('PUT', '/v1/me/password', { password: next })).status).toBe(204)
}
const logIn = (browser: Browser, email: string, password = old): Promise<Answer> =>
  browser.postJson('/v1/session', { organization: 'acme', email, password })
const answered = (answer: Answer): unknown[] => [answer.status, answer.json()['code']]
const count = async (statement: string, userId: string): Promise<number> =>
  (await product.testDatabase.pool.query(statement, [userId])).rowCount ?? 0
const enableTotp = async (userId: string): Promise<() => Promise<string>> => {
  const secret = createTotp().newSecret()
  const sealed = product.dependencies.keyring.seal('totp', userId, secret)
  await product.testDatabase.pool.query(
    'insert into user_totp (user_id, secret, confirmed_at) values ($1, $2, app.now())',
    [userId, sealed],
  )
  return () => generate({ secret })
}

it('a password that is changed while somebody signs in with it opens no session', async () => {
  const { email, owner } = await member('signs-in')
  meanwhile = () => changePassword(owner)
  const thief = product.browser()
  expect(answered(await logIn(thief, email))).toEqual([422, 'proof_invalid'])
  expect((await thief.get('/v1/session')).status).toBe(401)
  expect((await logIn(product.browser(), email, next)).status).toBe(201)
})

it('an account that is suspended while somebody signs in opens none', async () => {
  const { userId, email } = await member('stopped')
  meanwhile = () => product.database.users.setStatus(userId, 'suspended')
  expect((await logIn(product.browser(), email)).json()['code']).toBe('user_suspended')
  expect(await count('select from sessions where user_id = $1', userId)).toBe(1)
})

it('a second factor that is asked for after the password was changed is not taken', async () => {
  const { userId, email, owner } = await member('second')
  const code = await enableTotp(userId)
  const form = { email, password: old, return_to: '/account' }
  const thief = product.browser()
  meanwhile = () => changePassword(owner)
  expect((await thief.submit('/sso/acme', form)).status).toBe(422)

  const browser = product.browser()
  expect((await browser.submit('/sso/acme', { ...form, password: next })).location()).toContain(
    '/second-factor',
  )
  expect(
    (await owner.postJson('/v1/session/reauthentication', { password: next, otp: await code() })).status,
  ).toBe(204)
  await changePassword(owner)
  expect((await browser.submit('/second-factor', { otp: '000000' })).status).toBe(410)
})

it('a password that is changed while it is shown proves no account', async () => {
  const { userId, email, owner } = await member('proves')
  const thief = product.browser()
  const attemptId = attemptIdOf(await signInAtProvider(thief, 'proves-thief'))
  meanwhile = () => changePassword(owner)
  const proof = { kind: 'password', email, password: old }
  const refused = await thief.postJson(`/v1/attempts/${attemptId}/proofs`, proof)
  expect(answered(refused)).toEqual([422, 'proof_invalid'])
  expect(await count('select from proofs where user_id = $1', userId)).toBe(0)
})

it('a password that is changed while it is shown opens no changes of the account to a session', async () => {
  const { userId, owner } = await member('again')
  const { browser, sessionId } = await passwordSession(product, userId)
  // Nothing ends this session: what is shown must not count for another reason.
  meanwhile = () => product.database.passwords.set(userId, 'another hash')
  const before = await product.testDatabase.pool.query(
    'select authenticated_at from sessions where id = $1',
    [sessionId],
  )
  const refused = await browser.postJson('/v1/session/reauthentication', { password: old })
  expect(answered(refused)).toEqual([422, 'proof_invalid'])
  const after = await product.testDatabase.pool.query('select authenticated_at from sessions where id = $1', [
    sessionId,
  ])
  expect(after.rows).toEqual(before.rows)
  expect((await owner.get('/v1/session')).status).toBe(200)
})

it('a password that is changed while it is shown folds no account into its own', async () => {
  const { userId, email, owner } = await member('former')
  const fresh = await newUser(product, 'fresh', false)
  await linkIdentity(product, fresh, 'fresh')
  const { browser } = await signIn(product, 'fresh')
  meanwhile = () => changePassword(owner)
  const attemptId = String((await browser.postJson('/v1/me/fold', {})).json()['id'])
  const refused = await browser.postJson(`/v1/attempts/${attemptId}/proofs`, {
    kind: 'password',
    email,
    password: old,
  })
  expect(answered(refused)).toEqual([422, 'proof_invalid'])
  expect(await count('select from identities where user_id = $1', userId)).toBe(0)
  expect(await count('select from users where id = $1', fresh)).toBe(1)
})

it('a second factor that is replaced while its code is taken signs nobody in', async () => {
  const userId = await newUser(product, 'replaced')
  await linkIdentity(product, userId, 'replaced')
  const code = await enableTotp(userId)
  const browser = product.browser()
  const attemptId = attemptIdOf(await signInAtProvider(browser, 'replaced'))
  meanwhile = () =>
    product.testDatabase.pool
      .query('delete from user_totp where user_id = $1', [userId])
      .then(() => enableTotp(userId))
  const refused = await browser.postJson(`/v1/attempts/${attemptId}/proofs`, {
    kind: 'second_factor',
    otp: await code(),
  })
  expect(answered(refused)).toEqual([422, 'proof_invalid'])
  expect(await count('select from sessions where user_id = $1', userId)).toBe(0)
})
