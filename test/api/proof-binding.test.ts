import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type pg from 'pg'
import { newUser } from '../support/account.js'
import type { Answer, Browser } from '../support/browser.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

const password = 'four words that nobody knows'
const rows = async <Row extends pg.QueryResultRow>(
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> => (await product.testDatabase.pool.query<Row>(statement, values)).rows
const begin = async (hint: string): Promise<[Browser, string]> => {
  const browser = product.browser()
  return [browser, attemptIdOf(await signInAtProvider(browser, hint))]
}
const prove = (browser: Browser, attemptId: string, body: Record<string, unknown>): Promise<Answer> =>
  browser.postJson(`/v1/attempts/${attemptId}/proofs`, body)
const decide = async (browser: Browser, attemptId: string, decision = 'merge') =>
  (await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision })).json()
const textTo = (address: string, kind: string): Promise<string> =>
  eventually(
    () =>
      product.inbox.messages().find(({ to, categories }) => to === address && categories.includes(kind))
        ?.text,
  )
/** An attempt at which a mailed code has proved the account of the same address. */
const proved = async (name: string): Promise<{ browser: Browser; attemptId: string; userId: string }> => {
  const userId = await newUser(product, name)
  const [browser, attemptId] = await begin(name)
  await prove(browser, attemptId, { kind: 'email' })
  const code = /^(\d{6})$/m.exec(await textTo(`${name}@people.example`, 'merge_proof'))?.[1]
  expect((await prove(browser, attemptId, { kind: 'email_code', code })).status).toBe(201)
  return { browser, attemptId, userId }
}

/** What a proof is bound to, and how another one is put in its place. */
const bindings = {
  attempt: `attempt_id = (select id from attempts where id <> attempt_id order by id limit 1)`,
  provider: `provider_id = (select id from providers where id <> provider_id limit 1)`,
  identity: `subject = 'other'`,
  issuer: `issuer = 'https://other.example'`,
  user: `user_id = (select id from users where name = 'other')`,
  address: `canonical_email = 'other@people.example'`,
  browser: `browser_hash = sha256('other')`,
}

it('T33 a proof that is bound to another attempt, provider, identity, user, address or browser by the time of the commit merges nothing', async () => {
  await newUser(product, 'other')
  const cases = await Promise.all(
    [...Object.entries(bindings), ['nothing else', null] as const].map(async ([name, change], n) => ({
      ...(await proved(`t33-${n}`)),
      name,
      change,
    })),
  )
  await product.stopWorkers()
  const accepted = await Promise.all(cases.map(({ browser, attemptId }) => decide(browser, attemptId)))
  expect(accepted).toEqual(cases.map(() => ({ outcome: null })))
  for (const { attemptId, change } of cases)
    if (change !== null)
      await rows(
        `update proofs set ${change}, methods_version = (select methods_version from users u where u.id = proofs.user_id)
         where attempt_id = $1`,
        [attemptId],
      )
  await product.startWorkers()
  const ended = await Promise.all(
    cases.map(({ browser, attemptId, name }) =>
      eventually(async () => {
        const { outcome } = (await browser.get(`/v1/attempts/${attemptId}`)).json()
        const { how, code } = (outcome ?? {}) as { how?: string; code?: string }
        return outcome === null ? null : [name, how ?? code]
      }),
    ),
  )
  expect(ended).toEqual(cases.map(({ name, change }) => [name, change === null ? 'merged' : 'proof_invalid']))
  expect(await rows(`select subject from identities where subject like 't33-%'`)).toEqual([
    { subject: `t33-${Object.keys(bindings).length}` },
  ])
})

describe('a mailed proof', () => {
  it('S53 is kept as a nonce for its attempt and its ten minutes; neither code nor link is', async () => {
    await newUser(product, 's53')
    const [browser, attemptId] = await begin('s53')
    await prove(browser, attemptId, { kind: 'email' })
    const text = await textTo('s53@people.example', 'merge_proof')
    const [row] = await rows<Record<string, unknown>>(
      `select c.*, expires_at - created_at = interval '10 min' as ten_minutes from email_challenges c where attempt_id = $1`,
      [attemptId],
    )
    expect(row).toMatchObject({ attempt_id: attemptId, wrong_tries: 0, ended_at: null, ten_minutes: true })
    const token = /\/prove\/(\S+)/.exec(text)?.[1] ?? ''
    expect(token).toMatch(/^[a-z0-9]+\.[0-9a-f]{32}\.[A-Za-z0-9_-]{43}$/)
    const code = /^\d{6}$/m.exec(text)?.[0] ?? ''
    const kept = JSON.stringify(await rows('select * from email_challenges'), (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    )
    expect(code).toHaveLength(6)
    for (const secret of [code, token.split('.')[2] ?? '']) expect(kept).not.toContain(secret)
  })

  it('S50 does not prolong the attempt', async () => {
    const [browser, attemptId] = await begin('s50')
    const until = async () => (await browser.get(`/v1/attempts/${attemptId}`)).json()['expires_at']
    const before = await until()
    expect((await prove(browser, attemptId, { kind: 'email' })).status).toBe(202)
    expect(await until()).toBe(before)
  })

  it('S49 outlives a decision that is refused, and is used up by the one that is carried out; nothing is mailed again', async () => {
    const { browser, attemptId, userId } = await proved('s49')
    await rows('delete from organization_members where user_id = $1', [userId])
    await rows(`update providers set admission = 'invited' where name = 'demo'`)
    expect(await decide(browser, attemptId)).toMatchObject({ code: 'not_a_member' })
    expect(await decide(browser, attemptId, 'link')).toMatchObject({ code: 'not_authenticated' })
    expect(await rows('select used_at from proofs where attempt_id = $1', [attemptId])).toEqual([
      { used_at: null },
    ])
    await rows(`update providers set admission = 'everyone' where name = 'demo'`)
    expect(await decide(browser, attemptId)).toMatchObject({ outcome: { how: 'merged', user_id: userId } })
    expect(await rows('select used_at from proofs where attempt_id = $1', [attemptId])).not.toEqual([
      { used_at: null },
    ])
    expect(
      await rows(`select from mail_messages where attempt_id = $1 and kind = 'merge_proof'`, [attemptId]),
    ).toHaveLength(1)
  })
})

it('P22 a password that is set in another browser links nothing there, and the attempt goes on with it', async () => {
  const userId = await newUser(product, 'p22')
  const [browser, attemptId] = await begin('p22-work')
  const elsewhere = product.browser()
  await elsewhere.submit('/password', { email: 'p22@people.example' })
  const link = new URL(
    /http\S+\/password\/\S+/.exec(await textTo('p22@people.example', 'password_reset'))?.[0] ?? '',
  )
  expect((await elsewhere.submit(link.pathname, { password })).status).toBe(200)
  expect((await elsewhere.get('/v1/session')).status).toBe(401)
  expect(await rows('select from identities where user_id = $1', [userId])).toEqual([])
  expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
    stage: 'awaiting_decision',
    proofs: [],
  })
  await prove(browser, attemptId, { kind: 'password', email: 'p22@people.example', password })
  expect(await decide(browser, attemptId)).toMatchObject({ outcome: { how: 'merged', user_id: userId } })
})
