import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newUser, passwordSession, signIn } from '../../support/account.js'
import type { Browser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { eventually, startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'
import { standsBeforeQuestion } from '../../support/unknown-people.js'

let product: Product
let support: TestConsole
let pia: Browser
beforeAll(async () => {
  product = await startProduct()
  support = await startConsole(product)
  pia = await support.signedIn('pia')
})
afterAll(async () => {
  await support.stop()
  await product.stop()
})

const erase = (userId: string, body: object = {}) =>
  pia.postJson(`/v1/support/people/${userId}/erase`, { reason: 'asked', ...body })
const rememberedBy = async (attemptId: string) => {
  const { rows } = await product.testDatabase.pool.query(
    'select outcome, claims, email, address_index, client_network from attempts where id = $1',
    [attemptId],
  )
  return rows[0] as unknown
}
const emptied = { outcome: 'cancelled', claims: null, email: null, address_index: null, client_network: null }
const outcomeOfRun = async (attemptId: string): Promise<unknown> => {
  const attempt = await product.database.attempts.find(attemptId)
  const workflowId = `auth/${attempt?.provider.organization.id}/${attemptId}`
  return product.temporal.workflow.getHandle(workflowId).result()
}

describe('an erased person', () => {
  it('leaves nothing in sign-ins that nobody has ended, wherever they are: they end, and their runs', async () => {
    const userId = await newUser(product, 'two.tabs')
    const here = await standsBeforeQuestion(product, 'two.tabs')
    const elsewhere = await standsBeforeQuestion(product, 'two.tabs', 'globex')
    const other = await standsBeforeQuestion(product, 'somebody.else', 'globex')
    expect((await erase(userId)).status).toBe(200)
    for (const { id } of [here, elsewhere]) {
      expect(await rememberedBy(id)).toEqual(emptied)
      expect(await outcomeOfRun(id)).toMatchObject({ outcome: { result: 'cancelled' } })
    }
    expect(await rememberedBy(other.id)).toMatchObject({ outcome: null, claims: expect.anything() })
  })

  it('leaves nothing of what was typed with a decision, in whatever form', async () => {
    const { browser, id } = await standsBeforeQuestion(product, 'typed.something')
    const decided = await browser.postJson(`/v1/attempts/${id}/decision`, { decision: 'create', name: 'Ty' })
    const { user_id: userId } = decided.json()['outcome'] as { user_id: string }
    const kept = async () => {
      const { rows } = await product.testDatabase.pool.query<{ body_hash: Buffer; input: Buffer | null }>(
        'select body_hash, input from decisions where attempt_id = $1',
        [id],
      )
      return rows
    }
    const unkeyed = product.dependencies.keyring.hashToken(JSON.stringify(['create', null, 'Ty', false]))
    expect((await kept())[0]?.body_hash).toHaveLength(32)
    expect((await kept())[0]?.body_hash).not.toEqual(unkeyed)
    await erase(userId)
    expect(await kept()).toEqual([{ body_hash: Buffer.alloc(0), input: null }])
  })

  it('leaves nothing there either who deletes the account', async () => {
    const { browser, userId } = await signIn(product, 'mark')
    const elsewhere = await standsBeforeQuestion(product, 'mark', 'globex')
    expect((await browser.submit('/account/delete', {})).status).toBe(303)
    expect(await product.database.users.find(userId)).toBeNull()
    expect(await rememberedBy(elsewhere.id)).toEqual(emptied)
    expect(await outcomeOfRun(elsewhere.id)).toMatchObject({ outcome: { result: 'cancelled' } })
  })

  it('is erased once, however often at once the button is pressed', async () => {
    const userId = await newUser(product, 'pressed.thrice')
    const answers = await Promise.all([1, 2, 3].map(() => erase(userId)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404, 404])
    const { rows } = await product.testDatabase.pool.query(
      `select from audit_events where event = 'user.deleted' and target_id = $1`,
      [userId],
    )
    expect(rows).toHaveLength(1)
  })

  it('is erased once for one key, and who asks again hears the same', async () => {
    const userId = await newUser(product, 'one.key')
    const send = (reason: string) =>
      pia.postJson(`/v1/support/people/${userId}/erase`, { reason }, { 'idempotency-key': 'k' })
    const [first, second, other] = [await send('asked'), await send('asked'), await send('another')]
    expect([first.status, second.text]).toEqual([200, first.text])
    expect(other.json()).toMatchObject({ status: 409, code: 'already_decided' })
  })
})

describe('the only owner of an organization with other members', () => {
  it('is erased when whoever asks has confirmed it, and the page says so before', async () => {
    const { userId } = await signIn(product, 'olivia')
    const page = await pia.get(`/people/${userId}`)
    expect(page.text).toMatch(/The only owner of .*Acme/)
    expect(page.text).toContain('name="leaves_no_owner"')
    const refused = await erase(userId)
    expect(refused.json()).toMatchObject({
      status: 409,
      code: 'refused',
      reason: 'only_owner',
      organizations: ['Acme Corporation'],
    })
    const pressed = await pia.submit(`/people/${userId}/erase`, { reason: 'asked' })
    expect([pressed.status, pressed.text.includes('only owner')]).toEqual([409, true])
    expect(await product.database.users.find(userId)).not.toBeNull()
    const confirmed = await pia.submit(`/people/${userId}/erase`, { reason: 'asked', leaves_no_owner: 'on' })
    expect(confirmed.status).toBe(303)
    await eventually(async () => ((await product.database.users.find(userId)) === null ? true : null))
  })

  it.each([
    ['support erases', ['erase', 'erase']],
    ['who delete their accounts', ['delete', 'delete']],
    ['of whom support erases one, and one deletes the account,', ['erase', 'delete']],
  ] as const)('is left where two owners %s at once', async (_case, ways) => {
    const owners = [await newUser(product, randomUUID()), await newUser(product, randomUUID())]
    await newUser(product, randomUUID())
    const { pool } = product.testDatabase
    await pool.query(
      `update organization_members set role = case when user_id = any($1) then 'owner' else 'member' end
       where organization_id = (select id from organizations where slug = 'acme')`,
      [owners],
    )
    const goes = await Promise.all(
      owners.map(async (userId, place) => {
        if (ways[place] === 'erase') return () => erase(userId)
        const { browser } = await passwordSession(product, userId)
        return () => browser.delete('/v1/me')
      }),
    )
    // Both wait for their own row, and go on at one moment.
    const held = await pool.connect()
    await held.query('begin')
    await held.query('select from users where id = any($1) for update', [owners])
    const answers = Promise.all(goes.map((go) => go()))
    await eventually(async () => {
      const { rows } = await pool.query<{ waiting: number }>(
        `select count(*)::int as waiting from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and state = 'active'`,
      )
      return (rows[0]?.waiting ?? 0) >= 2 ? true : null
    })
    await held.query('commit')
    held.release()
    const statuses = (await answers).map(({ status }) => status)
    expect(statuses.filter((status) => status < 300)).toHaveLength(1)
    expect(statuses.filter((status) => status === 400 || status === 409)).toHaveLength(1)
    const { rows: left } = await pool.query(
      `select from organization_members where user_id = any($1) and role = 'owner'`,
      [owners],
    )
    expect(left).toHaveLength(1)
  })

  it('confirms nothing with a word that is none', async () => {
    const userId = await newUser(product, 'no.owner')
    expect((await erase(userId, { leaves_no_owner: 'perhaps' })).status).toBe(400)
    expect((await erase(userId, { leaves_no_owner: true })).status).toBe(200)
  })
})
