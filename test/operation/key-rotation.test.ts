import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createKeyring } from '../../clients/keyring.js'
import type { Keyring } from '../../clients/keyring.js'
import { readKeys } from '../../config.js'
import { testKeys } from '../support/keys.js'
import { attemptIdOf, eventually, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

const newKey = `k2:${Buffer.alloc(32, 9).toString('base64')}`
/** What a process has before, between and after the two steps of docs/operations.md. */
const [before, added, moved] = [testKeys, `${testKeys},${newKey}`, `${newKey},${testKeys}`].map((keys) =>
  createKeyring(readKeys(keys)),
) as [Keyring, Keyring, Keyring]

/** The keyring of whichever process serves the next request. */
const inTurn = (now: () => Keyring): Keyring => ({
  get currentId() {
    return now().currentId
  },
  get ids() {
    return now().ids
  },
  seal: (...args) => now().seal(...args),
  open: (...args) => now().open(...args),
  sealBytes: (...args) => now().sealBytes(...args),
  openBytes: (...args) => now().openBytes(...args),
  sign: (...args) => now().sign(...args),
  verify: (...args) => now().verify(...args),
  blindIndexes: (...args) => now().blindIndexes(...args),
  randomToken: () => now().randomToken(),
  hashToken: (token) => now().hashToken(token),
})

let product: Product
let [api, worker] = [before, before]
beforeAll(async () => {
  product = await startProduct(() => ({}), undefined, {
    api: inTurn(() => api),
    worker: inTurn(() => worker),
  })
})
afterAll(() => product.stop())

/** Somebody new begins at one API, comes back at another, and decides at the first. @returns what became of it */
const signUp = async (name: string, one: Keyring, other: Keyring): Promise<unknown> => {
  const browser = product.browser()
  api = one
  const started = await browser.submit('/sso/acme/demo', { login_hint: name })
  let answer = await browser.get(started.location())
  while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
  api = other
  const back = await browser.get(answer.location())
  if (back.status !== 303) return back.status
  api = one
  const decided = await browser.postJson(`/v1/attempts/${attemptIdOf(back)}/decision`, { decision: 'create' })
  if (decided.status !== 200) return decided.status
  await browser.postJson(`/v1/attempts/${attemptIdOf(back)}/session`, {})
  const link = await eventually(() => {
    const text = product.inbox.messages().find(({ to }) => to === `${name}@people.example`)?.text
    return /http\S+\/confirm\/\S+/.exec(text ?? '')?.[0]
  })
  api = other
  await browser.submit(link, {})
  const { rows } = await product.testDatabase.pool.query(
    'select verified_at is not null as confirmed from user_emails where canonical = $1',
    [`${name}@people.example`],
  )
  return rows[0]
}

describe('a new key in APP_KEYS, one process after the other', () => {
  it.each([
    ['is added last', before, added],
    ['is moved to the front', added, moved],
  ])('F39 stops nobody while it %s', async (step, former, next) => {
    let count = 0
    for (const [one, other] of [
      [former, next],
      [next, former],
    ] as const)
      for (const ring of [former, next]) {
        worker = ring
        const name = `key-${step.split(' ')[1] ?? ''}-${count++}`
        expect([name, await signUp(name, one, other)]).toEqual([name, { confirmed: true }])
      }
  })

  it('put in front at once, it cannot be read by the processes that do not have it yet', async () => {
    expect(await signUp('key-too-early', moved, before)).toBe(500)
  })
})
