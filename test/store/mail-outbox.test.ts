import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { createWorld } from './world.js'
import type { World } from './world.js'

let test: TestDatabase
let world: World
let organizationId: string
beforeAll(async () => {
  test = await createTestDatabase()
  world = createWorld(test.pool)
  organizationId = await world.organization()
})
afterAll(() => test.drop())
beforeEach(() => world.rows('update mail_messages set delivery_owed_since = null'))

const mail = (): World['database']['mail'] => world.database.mail
let count = 0
const notice = (userId: string) => ({
  kind: 'password_changed_notice' as const,
  userId,
  organizationId,
  attemptId: null,
  dedupeKey: `notice/${(count += 1)}`,
})

describe('notify', () => {
  it('writes to the verified primary address of a person, in its language, once per key', async () => {
    const email = world.email()
    const userId = await world.user(email, true)
    await world.rows(`update users set locale = 'de' where id = $1`, [userId])
    const other = await world.rows<{ id: string }>(
      `insert into user_emails (user_id, address, canonical, verified_at) values ($1, $2, $2, app.now()) returning id`,
      [userId, world.email().address],
    )
    const wanted = notice(userId)
    const id = await mail().notify(wanted)
    expect(await mail().notify(wanted)).toBe(id)
    const [primary] = await world.database.users.listEmails(userId)
    expect(await mail().find(id ?? '')).toMatchObject({
      userEmailId: primary?.id,
      locale: 'de',
      workflowId: `mail/${id}`,
      kind: 'password_changed_notice',
      facts: {},
    })

    await world.rows('update user_emails set verified_at = null where id = $1', [primary?.id])
    const second = await mail().notify(notice(userId))
    expect((await mail().find(second ?? ''))?.userEmailId).toBe(other[0]?.id)
  })

  it('writes to nobody who has no verified address', async () => {
    expect(await mail().notify(notice(await world.user(world.email())))).toBeNull()
  })
})

describe('claimUndelivered', () => {
  it('hands out what is to have a run of its own, at once, and again after 10 s until that has begun', async () => {
    const userId = await world.user(world.email(), true)
    const first = (await mail().notify(notice(userId))) ?? ''
    const second = (await mail().notify(notice(userId))) ?? ''
    const claims = await Promise.all(Array.from({ length: 8 }, () => mail().claimUndelivered(100)))
    const common = { kind: 'password_changed_notice', round: 1, organizationId }
    expect(claims.flat().toSorted((a, b) => (a.mailId < b.mailId ? -1 : 1))).toEqual([
      { ...common, mailId: first, repeated: false },
      { ...common, mailId: second, repeated: true },
    ])
    await test.advanceClock(10_000)
    await mail().setWorkflow(first, `mail/${first}`)
    expect((await mail().claimUndelivered(100)).map(({ mailId }) => mailId)).toEqual([second])
  })

  it('leaves a mail alone that another run delivers', async () => {
    const userId = await world.user(world.email())
    const [email] = await world.database.users.listEmails(userId)
    await mail().enqueue({
      kind: 'confirmation',
      userEmailId: email?.id ?? '',
      organizationId,
      attemptId: null,
      locale: 'en',
      dedupeKey: `confirmation/${(count += 1)}`,
      workflowId: 'auth/o/a',
    })
    await test.advanceClock(60_000)
    expect(await mail().claimUndelivered(100)).toEqual([])
  })
})

describe('a confirmation', () => {
  const confirm = async (userId: string): Promise<string> => {
    const [email] = await world.database.users.listEmails(userId)
    const id = await mail().enqueue({
      kind: 'confirmation',
      userEmailId: email?.id ?? '',
      organizationId,
      attemptId: null,
      locale: 'en',
      dedupeKey: `confirmation/${(count += 1)}`,
    })
    return (await mail().find(id))?.kind ?? ''
  }

  it('becomes a word to the verified holder of the address, whatever became of that one', async () => {
    const email = world.email()
    const newcomer = await world.user(email)
    expect(await confirm(newcomer)).toBe('confirmation')
    const holder = await world.user(email, true)
    expect(await confirm(newcomer)).toBe('already_have_account')
    // Its link could only end in `email_taken`.
    for (const status of ['suspended', 'inactive']) {
      await world.rows('update users set status = $2 where id = $1', [holder, status])
      expect(await confirm(newcomer)).toBe('already_have_account')
    }
  })
})

describe('mails of other kinds', () => {
  it('neither tell how the confirmation of an address stands nor end with it', async () => {
    const userId = await world.user(world.email(), true)
    const [email] = await world.database.users.listEmails(userId)
    const id = (await mail().notify(notice(userId))) ?? ''
    expect(await mail().statesForUser(userId)).toEqual([])
    await mail().closeForEmail(email?.id ?? '', 'confirmed')
    expect(await mail().find(id)).toMatchObject({ state: 'queued' })
  })
})
