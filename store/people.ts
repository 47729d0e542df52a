import type { UserStatus } from '../domain/policy.js'
import { isOpen, owedToRun } from './attempt-outcome.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'
import { sessionCounts } from './sessions.js'

/** A user as support sees it. Addresses are whole: who shows them masks them. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly status: UserStatus
  readonly createdAt: Date
  readonly addresses: readonly { readonly address: string; readonly verified: boolean }[]
  /** Those that whoever looks may see. */
  readonly organizations: readonly string[]
  /** Whether there are others, of which whoever looks is told no more. */
  readonly elsewhere: boolean
  /** In organizations that whoever looks may see. */
  readonly openSessions: number
}

/** Slugs that whoever looks may see; null for every one. */
type Scope = readonly string[] | null

export interface PersonStore {
  /** Null also where the user belongs to no organization of the scope. */
  find(userId: string, scope: Scope): Promise<Person | null>
  /**
   * Destroys the person's rows, what attempts know of the person, and where the person's browsers were. The audit keeps opaque ids.
   * Invitations of the person's addresses go as well, with their mails, and answers to whoever sent them. Attempts that are open, in the person's session or about one
   * of the addresses, end as cancelled first.
   * @param proved addresses that the person has proved, in canonical form, and what attempts are found by for them
   * @returns the attempts that ended with it
   */
  erase(
    userId: string,
    proved: { readonly addresses: readonly string[]; readonly indexes: readonly Buffer[] },
  ): Promise<{ readonly id: string; readonly organizationId: string }[]>
  /**
   * Destroys what was said in attempts that ended 30 days ago or longer: claims, typed addresses, and what was typed with a decision
   * (spec: pipeline 9), of up to `limit` attempts.
   * @returns whether there may be more
   */
  forgetClaims(limit: number): Promise<boolean>
  /** Canonical forms of the addresses that the user has proved. */
  provedAddresses(userId: string): Promise<string[]>
}

// Who had to show a second factor and never did has an attempt that says so, beside the claims that waited for it.
const forgotten = 'claims = null, email = null, awaits_second_factor = false'

/** Condition on an organization's id; the scope is the second value. */
const inScope = (id: string): string =>
  `($2::text[] is null or ${id} in (select id from organizations where slug = any($2)))`

export const createPersonStore = (db: Db): PersonStore => ({
  async find(userId, scope) {
    const { rows } = await db.query<{
      id: string
      name: string
      status: UserStatus
      created_at: Date
      addresses: { address: string; verified: boolean }[]
      organizations: string[]
      elsewhere: boolean
      open_sessions: number
    }>(
      `select u.id, u.name, u.status, u.created_at,
         coalesce((select jsonb_agg(jsonb_build_object('address', e.address, 'verified', e.verified_at is not null)
                   order by e.is_primary desc, e.id) from user_emails e where e.user_id = u.id), '[]') as addresses,
         array(select o.slug from organization_members m join organizations o on o.id = m.organization_id
               where m.user_id = u.id and ${inScope('o.id')} order by o.slug) as organizations,
         exists (select from organization_members m where m.user_id = u.id and not ${inScope('m.organization_id')}) as elsewhere,
         (select count(*)::int from sessions s where s.user_id = u.id and ${sessionCounts('s')}
            and ${inScope('s.organization_id')}) as open_sessions
       from users u where u.id = $1`,
      [userId, scope],
    )
    const [row] = rows
    if (row === undefined || (scope !== null && row.organizations.length === 0)) return null
    const { created_at: createdAt, open_sessions: openSessions, ...person } = row
    return { ...person, createdAt, openSessions }
  },
  async forgetClaims(limit) {
    const { rows } = await db.query<{ count: number }>(
      `with old as (
         select id from attempts where outcome is not null and (claims is not null or email is not null)
           and ended_at <= app.now() - interval '30 days' order by ended_at limit $1 for update skip locked
       ), emptied as (update attempts a set ${forgotten} from old where a.id = old.id),
       unsaid as (update decisions d set input = null from old where d.attempt_id = old.id and d.input is not null)
       select count(*)::int as count from old`,
      [limit],
    )
    return onlyRow(rows).count === limit
  },
  async provedAddresses(userId) {
    const { rows } = await db.query<{ canonical: string }>(
      'select canonical from user_emails where user_id = $1 and verified_at is not null',
      [userId],
    )
    return rows.map((row) => row.canonical)
  },
  async erase(userId, { addresses, indexes }) {
    const ended = await db.query<{ id: string; organization_id: string }>(
      `with open as (
         select id from attempts where outcome is null and id in (
           select id from attempts where session_user_id = $1
           union select id from attempts where address_index = any($2::bytea[]))
         order by id for update
       )
       update attempts a set stage = 'ended', outcome = 'cancelled', ended_at = app.now(), awaits_second_factor = false,
         nudge_owed_since = ${owedToRun('a')}
       from open where a.id = open.id and ${isOpen('a')} returning a.id, a.organization_id`,
      [userId, indexes],
    )
    // Each way by its own index: a condition with `or` over several of them would read the tables from end to end.
    await db.query(
      `with theirs as materialized (
         select id from attempts where outcome is not null and id in (
           select id from attempts where outcome_user_id = $1
           union select id from attempts where session_user_id = $1
           union select id from attempts where address_index = any($2::bytea[]))
       ), emptied as (
         update attempts a set ${forgotten}, address_index = null, provider_request = null, client_network = null
         from theirs where a.id = theirs.id
       ), unsaid as (
         update decisions d set input = null, body_hash = '' from theirs where d.attempt_id = theirs.id
       )
       update audit_events e set client_network = null
       where e.client_network is not null and e.id in (
         select id from audit_events where actor_id = $3
         union select id from audit_events where target_id = $3
         union select n.id from audit_events n join theirs on n.attempt_id = theirs.id)`,
      [userId, indexes, userId],
    )
    await db.query(
      `with invited as (delete from invitations where canonical_email = any($1) or accepted_by = $2 returning id)
       delete from mail_messages where kind = 'invitation' and reference_id in (select id from invited)`,
      [addresses, userId],
    )
    await db.query('delete from idempotency_keys where address_index = any($1::bytea[])', [indexes])
    await db.query('delete from users where id = $1', [userId])
    return ended.rows.map((row) => ({ id: row.id, organizationId: row.organization_id }))
  },
})
