import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { drain } from '../../worker/drain.js'
import { openAttempt } from '../support/attempts.js'
import { queueMail, startMailParts } from '../support/mail-parts.js'
import { createWorld } from './world.js'
import type { World } from './world.js'

let parts: Awaited<ReturnType<typeof startMailParts>>
let world: World
beforeAll(async () => {
  parts = await startMailParts()
  world = createWorld(parts.testDatabase.pool)
})
afterAll(() => parts.stop())

const day = 24 * 3_600_000
const purge = () => drain(new AbortController().signal, () => parts.dependencies.database.retention.purge(2))
/** Ids of those rows that are left. */
const left = async (table: string, ids: readonly string[]): Promise<string[]> => {
  const rows = await world.rows<{ id: string }>(`select id from ${table} where id = any($1) order by id`, [
    ids,
  ])
  return rows.map(({ id }) => id)
}

it('an answer that was kept is kept for 400 days', async () => {
  const { database } = parts.dependencies
  const name = { scope: 'user/1 /v1/me/emails', key: 'k' }
  const kept = { bodyHash: Buffer.alloc(32), status: 204, answer: null }
  await database.idempotencyKeys.keep(name, { userId: null, addressIndex: null }, kept)
  await parts.testDatabase.advanceClock(399 * day)
  await database.retention.purge(1_000)
  expect(await database.idempotencyKeys.find(name)).not.toBeNull()
  await parts.testDatabase.advanceClock(2 * day)
  await database.retention.purge(1_000)
  expect(await database.idempotencyKeys.find(name)).toBeNull()
})

describe('an attempt', () => {
  it('is kept for 400 days after its end, and goes with its decision and all that hung on it', async () => {
    const { database } = parts.dependencies
    const { attemptId: ended } = await openAttempt(parts.dependencies, 'ended')
    await database.attempts.end(ended, { result: 'cancelled' })
    await parts.testDatabase.advanceClock(399 * day)
    const { attemptId: open } = await openAttempt(parts.dependencies, 'open')
    const left = async (): Promise<string[]> => {
      await database.retention.purge(1_000)
      const { rows } = await parts.testDatabase.pool.query<{ id: string }>(
        'select id from attempts order by id',
      )
      return rows.map(({ id }) => id)
    }
    expect(await left()).toEqual([ended, open].sort())
    await parts.testDatabase.advanceClock(2 * day)
    expect(await left()).toEqual([open])
  })
})

/** What a sign-in and its mails leave behind: rows that are kept for so many days, made by statements that say all that matters. */
const kept: readonly [days: number, what: string, table: string, insert: string][] = [
  [
    400,
    'a campaign',
    'bulk_campaigns',
    `(organization_id, provider_id, kind, finished_at) values ($1, $2, 'set_password', app.now())`,
  ],
  [
    400,
    'an invitation',
    'invitations',
    `(organization_id, canonical_email, role, expires_at) values ($1, $2::text, 'member', app.now())`,
  ],
  [
    400,
    'a wish of staff',
    'staff_retries',
    `(reason, asked_by) values ($1::text, (select id from staff where name = $2::text))`,
  ],
  [
    30,
    'a session',
    'sessions',
    `(token_hash, user_id, organization_id, methods, expires_at) values ($2::text::bytea, $3, $1, '{}', app.now())`,
  ],
  [
    30,
    'a session of staff',
    'staff_sessions',
    `(token_hash, staff_id, roles, expires_at, ended_at) values ($1::text::bytea, (select id from staff where name = $2::text), '{view}', app.now() + interval '8 hours', app.now())`,
  ],
  [
    30,
    'a mailed link',
    'mailed_links',
    `(purpose, user_id, user_email_id, methods_version, nonce, expires_at) select 'password_reset', $3, id, 1, sha256($1::text::bytea || $2::text::bytea), app.now() from user_emails where user_id = $3`,
  ],
]

describe('what has ended', () => {
  it.each(kept)('is kept for %d days: %s', async (days, _what, table, insert) => {
    const organizationId = await world.organization()
    const providerId = await world.provider(organizationId)
    const userId = await world.user(world.email(), true)
    await world.rows(`insert into staff (issuer, subject, name) values ('i', $1, $1)`, [providerId])
    const add = async (): Promise<string> => {
      const values = [organizationId, providerId, userId].slice(0, insert.includes('$3') ? 3 : 2)
      const [row] = await world.rows<{ id: string }>(`insert into ${table} ${insert} returning id`, values)
      return row?.id ?? ''
    }
    const ids = [await add()]
    await parts.testDatabase.advanceClock(days * day - 3_600_000)
    await purge()
    expect(await left(table, ids)).toEqual(ids)
    await parts.testDatabase.advanceClock(2 * 3_600_000)
    await purge()
    expect(await left(table, ids)).toEqual([])
  })

  it('is deleted page by page until nothing is left', async () => {
    const ids = await Promise.all(
      Array.from(
        { length: 7 },
        async (_, index) => (await openAttempt(parts.dependencies, `paged-${index}`)).attemptId,
      ),
    )
    for (const id of ids) await parts.dependencies.database.attempts.end(id, { result: 'cancelled' })
    await parts.testDatabase.advanceClock(401 * day)
    await purge()
    expect(await left('attempts', ids)).toEqual([])
  })
})

describe('a mail', () => {
  it('is kept for 400 days with its tries, and longer while it is under way', async () => {
    const { mailId } = await queueMail(parts, 'old-mail')
    await world.rows(`insert into mail_tries (mail_id, round, attempt) values ($1, 1, 1)`, [mailId])
    await parts.testDatabase.advanceClock(401 * day)
    await purge()
    expect(await left('mail_messages', [mailId])).toEqual([mailId])
    await parts.dependencies.database.mail.setState(mailId, 'accepted')
    await purge()
    expect(await left('mail_messages', [mailId])).toEqual([])
    expect(await world.rows('select from mail_tries where mail_id = $1', [mailId])).toEqual([])
  })
})

describe('a key that nothing is sealed with any more', () => {
  const holds = async (): Promise<string[]> =>
    (await parts.dependencies.database.sealedValues.count()).counted
      .filter(({ keyId }) => keyId === 'gone')
      .map(({ what }) => what)

  it('can be told by its counts 30 days after it was in front: what was mailed is emptied', async () => {
    const organizationId = await world.organization()
    const canonical = world.email().canonical
    const sealed = Buffer.concat([Buffer.from('gone'.padEnd(16)), Buffer.from('sealed')])
    const [expired = { id: '' }] = await world.rows<{ id: string }>(
      `insert into invitations (organization_id, canonical_email, role, expires_at, token_hash, sealed_token)
       values ($1, $2, 'member', app.now() + interval '30 days', sha256($2::text::bytea), $3) returning id`,
      [organizationId, canonical, sealed],
    )
    const mailId = await parts.dependencies.database.mail.enqueue({
      kind: 'invitation',
      userEmailId: null,
      recipient: sealed,
      organizationId,
      attemptId: null,
      referenceId: expired.id,
      locale: 'en',
      dedupeKey: `invitation/${expired.id}`,
    })
    await parts.dependencies.database.mail.setState(mailId, 'delivered')
    expect(await holds()).toEqual(['invitations', 'recipients of mails'])
    await parts.testDatabase.advanceClock(31 * day)
    await purge()
    expect(await holds()).toEqual([])
  })

  it('is let go of at once by an invitation that is accepted', async () => {
    const organizationId = await world.organization()
    const email = world.email()
    const userId = await world.user(email, true)
    const invitation = await parts.dependencies.database.invitations.invite(organizationId, email, 'member')
    const sealed = Buffer.concat([Buffer.from('gone'.padEnd(16)), Buffer.from('sealed')])
    await parts.dependencies.database.invitations.setToken(invitation.id, {
      hash: Buffer.alloc(32, 1),
      sealed,
    })
    expect(await holds()).toEqual(['invitations'])
    await parts.dependencies.database.offeredInvitations.accept(userId, invitation.id)
    expect(await holds()).toEqual([])
  })
})
