import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openAttempt } from '../support/attempts.js'
import { checkInvariants } from '../support/invariants.js'
import type { Violation } from '../support/invariants.js'
import { startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
  await product.stopWorkers()
}, 60_000)
afterAll(() => product.stop())

const sql = (text: string, values: unknown[] = []) =>
  product.testDatabase.pool.query<Record<string, string>>(text, values)
const one = async (text: string, values: unknown[] = []): Promise<string> =>
  Object.values((await sql(text, values)).rows[0] ?? {})[0] ?? ''
const ids = async (requests = product.inbox.requests()): Promise<string[]> => {
  const found: Violation[] = await checkInvariants({
    pool: product.testDatabase.pool,
    temporal: product.temporal,
    requests,
  })
  return [...new Set(found.map(({ id }) => id))]
}
const mailFor = async (attemptId: string | null, state: string): Promise<string> =>
  one(
    `insert into mail_messages (kind, user_email_id, organization_id, attempt_id, locale, dedupe_key, workflow_id, state)
     select 'confirmation', e.id, m.organization_id, $1, 'en', $2, 'none', $3
     from user_emails e join organization_members m on m.user_id = e.user_id where e.canonical = 'ben@people.example' returning id`,
    [attemptId, randomUUID(), state],
  )

/** What is planted, and what takes it away again. */
const plants: readonly (readonly [string, () => Promise<unknown>, () => Promise<unknown>])[] = [
  [
    'I1',
    () =>
      sql(`alter table identities drop constraint identities_one_owner;
           insert into identities (user_id, provider_id, issuer, subject)
           select (select id from users where name = 'Ben Baker'), provider_id, issuer, subject from identities where subject = 'mark'`),
    () => sql(`delete from identities where user_id = (select id from users where name = 'Ben Baker')`),
  ],
  [
    'I2',
    () =>
      sql(`drop index user_emails_verified_holder;
           insert into user_emails (user_id, address, canonical, verified_at)
           select id, 'mark@acme.example', 'mark@acme.example', app.now() from users where name = 'Ben Baker'`),
    () =>
      sql(
        `delete from user_emails e using users u where u.id = e.user_id and u.name = 'Ben Baker' and canonical = 'mark@acme.example'`,
      ),
  ],
  [
    'I3',
    async () => {
      const { attemptId } = await openAttempt(product.dependencies)
      await sql(
        `insert into decisions (attempt_id, choice, idempotency_key, body_hash, facts) values ($1, 'create', 'k', '', '{}')`,
        [attemptId],
      )
    },
    () => sql('delete from attempts'),
  ],
  [
    'I4',
    () => sql(`insert into users (name) values ('Orphan')`),
    () => sql(`delete from users where name = 'Orphan'`),
  ],
  ['I5', () => mailFor(null, 'accepted'), () => sql('delete from mail_messages')],
  [
    'I7',
    async () => {
      const { attemptId } = await openAttempt(product.dependencies)
      await sql(
        `insert into sessions (token_hash, user_id, organization_id, attempt_id, methods, expires_at)
         select '\\x00', user_id, organization_id, $1, '{}', app.now() from organization_members limit 1`,
        [attemptId],
      )
    },
    () => sql('delete from sessions; delete from attempts'),
  ],
  ['I10', () => openAttempt(product.dependencies), () => sql('delete from attempts')],
  ['I13', () => mailFor(null, 'queued'), () => sql('delete from mail_messages')],
  [
    'I15',
    async () => {
      const { attemptId } = await openAttempt(product.dependencies)
      await sql(
        `update attempts set state_used_at = app.now(), stage = 'finishing', created_at = app.now() - interval '2 min' where id = $1`,
        [attemptId],
      )
    },
    () => sql('delete from attempts'),
  ],
  [
    'I16',
    async () => {
      const { attemptId } = await openAttempt(product.dependencies)
      await sql('update attempts set state_used_at = app.now(), started_at = app.now() where id = $1', [
        attemptId,
      ])
    },
    () => sql('delete from attempts'),
  ],
]

describe('the invariant checker', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await ids()).toEqual([])
  })

  it.each(plants)('finds a planted violation of %s', async (id, plant, remove) => {
    await plant()
    expect(await ids()).toContain(id)
    await remove()
    expect(await ids()).toEqual([])
  })

  it('finds a planted violation of I6', async () => {
    const mailId = await mailFor(null, 'confirmed')
    const tryId = await one(
      `insert into mail_tries (mail_id, round, attempt, state, finished_at) values ($1, 1, 1, 'accepted', app.now()) returning id`,
      [mailId],
    )
    const sent = {
      time: '',
      status: 202,
      fault: 'ok',
      message_id: 'x',
      to: [],
      subject: null,
      custom_args: { try_id: tryId },
    }
    expect(await ids([sent])).toEqual([])
    expect(await ids([sent, sent])).toEqual(['I6'])
  })
})
