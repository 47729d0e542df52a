import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { PipelineRun } from '../../clients/temporal.js'
import type { LedgerEntry } from '../../dev/demo/request-ledger.js'
import { decideFor, openAttempt, proveFor } from '../support/attempts.js'
import { checkInvariants } from '../support/invariants.js'
import type { Violation } from '../support/invariants.js'
import { startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
  await product.stopWorkers()
})
afterAll(() => product.stop())

const sql = (text: string, values: unknown[] = []) =>
  product.testDatabase.pool.query<Record<string, string>>(text, values)
const one = async (text: string, values: unknown[] = []): Promise<string> =>
  Object.values((await sql(text, values)).rows[0] ?? {})[0] ?? ''
const violations = (requests: readonly LedgerEntry[] = product.inbox.requests()): Promise<Violation[]> =>
  checkInvariants({ pool: product.testDatabase.pool, temporal: product.temporal, requests })
const ids = async (requests?: readonly LedgerEntry[]): Promise<string[]> => [
  ...new Set((await violations(requests)).map(({ id }) => id)),
]
const mailFor = async (attemptId: string | null, state: string): Promise<string> =>
  one(
    `insert into mail_messages (kind, user_email_id, organization_id, attempt_id, locale, dedupe_key, workflow_id, state)
     select 'confirmation', e.id, m.organization_id, $1, 'en', $2, 'none', $3
     from user_emails e join organization_members m on m.user_id = e.user_id where e.canonical = 'ben@people.example' returning id`,
    [attemptId, randomUUID(), state],
  )

const ben = (): Promise<string> => one(`select id from users where name = 'Ben Baker'`)
const endSignedIn = (
  { attemptId }: PipelineRun,
  how: 'created' | 'linked' | 'merged',
  userId: string,
  identityId: string | null = null,
) => product.database.attempts.end(attemptId, { result: 'signed_in', how }, { userId, identityId })
/** An attempt that ended as somebody signed in, with nothing else of it. */
const signedInAs = async (
  how: 'created' | 'linked' | 'merged',
  userId: string,
  identityId?: string,
): Promise<PipelineRun> => {
  const run = await openAttempt(product.dependencies)
  await endSignedIn(run, how, userId, identityId)
  return run
}
const tell = (event: string, attemptId: string | null, targetId: string | null = null, kind = 'user') =>
  sql(
    `insert into audit_events (event, actor_kind, attempt_id, target_kind, target_id) values ($1, 'system', $2, $4, $3)`,
    [event, attemptId, targetId, kind],
  )
const clear = () =>
  sql(`delete from attempts;
       alter table audit_events disable trigger audit_events_kept;
       delete from audit_events;
       alter table audit_events enable trigger audit_events_kept`)

const rightOfProofs = 'I8 a link is R’s own, a merge has its proof, and each proof was used for one account'

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
    'I3 an outcome is told once',
    async () => {
      const { attemptId } = await signedInAs('created', await ben())
      await tell('attempt.ended', attemptId)
      await tell('attempt.ended', attemptId)
    },
    clear,
  ],
  ['I3 created is created', async () => signedInAs('created', await ben()), clear],
  [
    'I3 linked and merged name the owner',
    async () =>
      signedInAs('linked', await ben(), await one(`select id from identities where subject = 'mark'`)),
    clear,
  ],
  [
    'I3 an identity is connected once by an attempt',
    async () => {
      const { attemptId } = await signedInAs('linked', await ben())
      await tell('identity.linked', attemptId)
      await tell('identity.linked', attemptId)
    },
    clear,
  ],
  [
    'I3 only who was signed in did sign in',
    async () =>
      tell('proof.used', (await openAttempt(product.dependencies)).attemptId, randomUUID(), 'proof'),
    clear,
  ],
  [
    'I3 an accepted decision has an outcome',
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
    'I4 no user without member',
    () => sql(`insert into users (name) values ('Orphan')`),
    () => sql(`delete from users where name = 'Orphan'`),
  ],
  [
    'I4 a connected user is a member',
    async () => signedInAs('merged', await one(`insert into users (name) values ('Orphan') returning id`)),
    async () => {
      await clear()
      await sql(`delete from users where name = 'Orphan'`)
    },
  ],
  ['I4 no user without identity', async () => tell('user.created', null, await ben()), clear],
  [
    'I4 no unverified address without its mail',
    async () =>
      sql(
        `insert into user_emails (user_id, address, canonical) values ($1, 'new@people.example', 'new@people.example')`,
        [await ben()],
      ),
    () => sql(`delete from user_emails where canonical = 'new@people.example'`),
  ],
  [
    `${rightOfProofs} (a link of somebody else)`,
    async () => {
      const run = await openAttempt(product.dependencies)
      const target = { userId: await ben(), proofId: null }
      await decideFor(product.dependencies, run.attemptId, 'link', target)
      await endSignedIn(run, 'linked', target.userId)
    },
    clear,
  ],
  [
    `${rightOfProofs} (a merge without one)`,
    async () => {
      const run = await openAttempt(product.dependencies)
      const target = { userId: await ben(), proofId: null }
      await decideFor(product.dependencies, run.attemptId, 'merge', target)
      await endSignedIn(run, 'merged', target.userId)
    },
    clear,
  ],
  [
    `${rightOfProofs} (one that was not used up)`,
    async () => {
      const run = await openAttempt(product.dependencies)
      const target = await proveFor(product.dependencies, run, await ben())
      await decideFor(product.dependencies, run.attemptId, 'merge', target)
      await endSignedIn(run, 'merged', target.userId)
    },
    clear,
  ],
  [
    `${rightOfProofs} (one of another account)`,
    async () => {
      const run = await openAttempt(product.dependencies)
      const target = await proveFor(product.dependencies, run, await ben())
      await decideFor(product.dependencies, run.attemptId, 'merge', target)
      await sql('update proofs set used_at = app.now()')
      await endSignedIn(run, 'merged', await one(`select user_id from identities where subject = 'mark'`))
    },
    clear,
  ],
  [
    'I8 a proof is used where something came of it',
    async () => {
      await proveFor(product.dependencies, await openAttempt(product.dependencies), await ben())
      await sql('update proofs set used_at = app.now()')
    },
    clear,
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

  it.each(plants)('finds a planted violation of %s', async (name, plant, remove) => {
    await plant()
    const [invariant = ''] = name.split(' (')
    const found = await violations()
    expect(found.some(({ id, what }) => id === invariant || what.startsWith(`${invariant}: `))).toBe(true)
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
