import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import pg from 'pg'
import { createPasswordHasher } from '../../clients/password-hash.js'
import { newUser } from '../support/account.js'
import type { Browser } from '../support/browser.js'
import { attemptIdOf, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
/** What was done since the last `beforeEach`, in order: statements, and passwords compared. */
let done: string[] = []

beforeAll(async () => {
  product = await startProduct(({ passwords }) => ({
    passwords: {
      ...passwords,
      async verify(hash, password) {
        done.push('argon2')
        return passwords.verify(hash, password)
      },
    },
  }))
  await newUser(product, 'known')
  const userId = await newUser(product, 'with-password')
  await product.database.passwords.set(userId, await createPasswordHasher().hash('the right one'))
  const { query } = pg.Client.prototype
  jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...call: unknown[]) {
    done.push(String((call[0] as { text?: string }).text ?? call[0]))
    return (query as (...call: unknown[]) => unknown).apply(this, call)
  })
  // They run in this process too, and ask all the time.
  await product.stopWorkers()
})
afterAll(async () => {
  jest.restoreAllMocks()
  await product.stop()
})
beforeEach(() => product.testDatabase.pool.query('delete from rate_limits'))
afterEach(() => product.testDatabase.pool.query('delete from rate_limits'))

/** All that one act costs. */
const costOf = async (act: () => Promise<unknown>): Promise<string[]> => {
  done = []
  await act()
  return done
}
const attempt = async (name: string): Promise<{ browser: Browser; path: string; attemptId: string }> => {
  const browser = product.browser()
  const attemptId = attemptIdOf(await signInAtProvider(browser, name))
  return { browser, attemptId, path: `/v1/attempts/${attemptId}` }
}

/** Timing follows from work: where that is the same, statement by statement, nothing is left to be timed. */
describe('A13, T25 an address that somebody holds and one that nobody does cost the same statements and the same hashes', () => {
  it('T25 where a wrong password is tried at an organization', async () => {
    const cost = (email: string) =>
      costOf(async () => {
        const answer = await product.browser().submit('/sso/acme', { email, password: 'a wrong one' })
        expect(answer.status).toBe(422)
      })
    const held = await cost('with-password@people.example')
    expect(await cost('nobody@people.example')).toEqual(held)
    expect(await cost('known@people.example')).toEqual(held)
    expect(held.filter((work) => work === 'argon2')).toHaveLength(1)
  })

  it('T25 where a wrong password is tried to prove an account', async () => {
    const { browser, path } = await attempt('prober')
    const cost = (email: string) =>
      costOf(async () => {
        const body = { kind: 'password', email, password: 'a wrong one' }
        expect((await browser.postJson(`${path}/proofs`, body)).status).toBe(422)
      })
    const held = await cost('with-password@people.example')
    expect(await cost('nobody@people.example')).toEqual(held)
    expect(await cost('known@people.example')).toEqual(held)
    expect(held.filter((work) => work === 'argon2')).toHaveLength(1)
  })

  it('T25 where a sign-in brings it: its page, a code by mail, a wrong code, and the account that is made', async () => {
    const begun = { known: await attempt('known'), knower: await attempt('knower') }
    type Name = keyof typeof begun
    const acts: ((name: Name) => Promise<unknown>)[] = [
      (name) => begun[name].browser.get(begun[name].path),
      (name) => begun[name].browser.get(`/attempts/${begun[name].attemptId}`),
      (name) => begun[name].browser.postJson(`${begun[name].path}/proofs`, { kind: 'email' }),
      (name) => begun[name].browser.postJson(`${begun[name].path}/proofs`, { kind: 'email_code', code: '-' }),
    ]
    for (const act of acts)
      expect(await costOf(() => act('knower'))).toEqual(await costOf(() => act('known')))

    // Nobody carries it out before we do, so the answer only waits.
    for (const { browser, path } of Object.values(begun))
      expect((await browser.postJson(`${path}/decision`, { decision: 'create' })).status).toBe(202)
    const settled = (name: Name) => costOf(() => product.settle({ attemptId: begun[name].attemptId }))
    const held = await settled('known')
    expect(await settled('knower')).toEqual(held)
    expect(held.at(-1)).toBe('commit')
  })

  it('T25 where a password is forgotten no answer comes before all that may be done is done', async () => {
    for (const email of ['with-password@people.example', 'nobody@people.example']) {
      const begun = performance.now()
      expect((await product.browser().submit('/password', { email })).status).toBe(200)
      expect(performance.now() - begun).toBeGreaterThanOrEqual(245)
    }
  })
})
