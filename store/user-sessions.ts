import { minutes, redeemMinutes } from '../domain/attempt.js'
import { freshMinutes } from '../domain/reauthentication.js'
import type { PasswordReach } from '../domain/password-sign-in.js'
import type { SessionStanding } from '../domain/reauthentication.js'
import { owedToRun } from './attempt-outcome.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'
import { isOnlyOwner, requiresProvider } from './session-reach.js'
import { isInTime, sessionCounts, sessionDays } from './sessions.js'

/** One session as its owner sees it. */
export interface ListedSession {
  readonly id: string
  readonly organization: { readonly slug: string; readonly name: string }
  /** Null where it was opened with the password. */
  readonly providerDisplayName: string | null
  readonly methods: readonly string[]
  readonly clientNetwork: string | null
  readonly startedAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
}

/** Which sessions of a user end. */
type EndedSessions =
  | { readonly only: string }
  | { readonly except: string }
  /** Those that rest on what is being removed. */
  | { readonly openedBy: { readonly identityId: string } | 'password' }
  /** Those in organizations of these slugs. */
  | { readonly organizations: readonly string[] }
  | 'all'

/** What ended, for the audit. */
export interface Ended {
  /** Those that still counted. */
  readonly sessions: readonly EndedRow[]
  /** Open ones that were begun in them. */
  readonly attempts: readonly EndedRow[]
  /** Attempts whose outcome had not become a session yet, and becomes none. */
  readonly outcomes: readonly EndedRow[]
}

interface EndedRow {
  readonly id: string
  readonly organizationId: string
}

export interface UserSessionStore {
  /** Sessions that count, the newest first. @param after id of the last one of the page before */
  list(
    userId: string,
    limit: number,
    after: string | null,
  ): Promise<{ readonly items: ListedSession[]; readonly next: string | null }>
  /** One of them; null where the user has no such session that counts. */
  find(userId: string, sessionId: string): Promise<ListedSession | null>
  /**
   * Ends sessions, and the attempts in them that nobody has decided (spec: pipeline 2.11). Where more than one is meant, outcomes of
   * the user that have not become a session yet become none; it needs a transaction then.
   */
  end(userId: string, which: EndedSessions): Promise<Ended>
  /** How fresh a session's proofs are by the database's clock; null where it, or the identity that opened it, counts no more. */
  standing(sessionId: string): Promise<SessionStanding | null>
  /** The account was proved once more in a session, by what a provider of its organization issued (`same`) or by something else. */
  noteProof(sessionId: string, by: 'same' | 'other'): Promise<void>
  /** The organization lets people in through a provider only. */
  requiresProvider(organizationId: string): Promise<boolean>
  /** What decides whether a password opens an organization to the user. */
  passwordReach(userId: string, organizationId: string): Promise<PasswordReach>
  /** A session that a password opened, for an organization in which the user is a member. */
  openWithPassword(session: PasswordSession): Promise<{ id: string }>
}

interface PasswordSession {
  readonly userId: string
  readonly organizationId: string
  readonly methods: readonly ('password' | 'totp')[]
  readonly tokenHash: Buffer
}

interface ListedRow {
  id: string
  organization_slug: string
  organization_name: string
  provider_display_name: string | null
  methods: string[]
  client_network: string | null
  created_at: Date
  last_seen_at: Date
  expires_at: Date
}

const select = `
  select s.id, o.slug as organization_slug, o.name as organization_name, p.display_name as provider_display_name, s.methods,
    (select client_network from audit_events a where a.target_id = s.id::text and a.event = 'session.started'
     order by a.id desc limit 1) as client_network,
    s.created_at, s.last_seen_at, s.expires_at
  from sessions s join organizations o on o.id = s.organization_id
  left join identities i on i.id = s.identity_id left join providers p on p.id = i.provider_id`

const toListed = (row: ListedRow): ListedSession => ({
  id: row.id,
  organization: { slug: row.organization_slug, name: row.organization_name },
  providerDisplayName: row.provider_display_name,
  methods: row.methods,
  clientNetwork: row.client_network,
  startedAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  expiresAt: row.expires_at,
})

export const createUserSessionStore = (db: Db): UserSessionStore => ({
  async list(userId, limit, after) {
    const { rows } = await db.query<ListedRow>(
      `${select} where s.user_id = $1 and ${sessionCounts('s')} and ($2::uuid is null or s.id < $2)
       order by s.id desc limit $3`,
      [userId, after, limit + 1],
    )
    const items = rows.slice(0, limit).map(toListed)
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  },
  async find(userId, sessionId) {
    const { rows } = await db.query<ListedRow>(
      `${select} where s.user_id = $1 and s.id = $2 and ${sessionCounts('s')}`,
      [userId, sessionId],
    )
    return rows[0] === undefined ? null : toListed(rows[0])
  },
  async end(userId, which) {
    const [condition, value] = conditionOf(which)
    const isOne = which !== 'all' && 'only' in which
    const isVoid = isOne ? 'false' : which !== 'all' && 'organizations' in which ? condition : 'true'
    // A session that is being opened is waited for, and ends as well: who opens one from an outcome holds the user's row.
    if (!isOne) await db.query('select from users where id = $1 for no key update', [userId])
    const { rows } = await db.query<{ kind: keyof Ended; id: string; organization_id: string }>(
      `with ended as (
         update sessions set ended_at = app.now() where user_id = $1 and ended_at is null and ${condition}
         returning id, organization_id, ${isInTime('sessions')} as counted
       ), closed as (
         update attempts a set stage = 'ended', outcome = 'cancelled', ended_at = app.now(), provider_request = null,
           nudge_owed_since = ${owedToRun('a')}
         from ended where a.session_id = ended.id and a.stage in ('awaiting_provider', 'awaiting_decision')
         returning a.id, a.organization_id
       ), voided as (
         update attempts a set outcome_methods_version = null
         where ${isVoid} and a.outcome_user_id = $1 and a.outcome = 'signed_in' and a.outcome_methods_version is not null
           and a.ended_at > app.now() - interval '${minutes(redeemMinutes)}'
           and not exists (select from sessions s where s.attempt_id = a.id)
         returning a.id, a.organization_id
       )
       select 'sessions' as kind, id, organization_id from ended where counted
       union all select 'attempts', id, organization_id from closed union all select 'outcomes', id, organization_id from voided`,
      value === null ? [userId] : [userId, value],
    )
    const ofKind = (wanted: keyof Ended): readonly EndedRow[] =>
      rows
        .filter(({ kind }) => kind === wanted)
        .map((row) => ({ id: row.id, organizationId: row.organization_id }))
    return { sessions: ofKind('sessions'), attempts: ofKind('attempts'), outcomes: ofKind('outcomes') }
  },
  async standing(sessionId) {
    const { rows } = await db.query<{
      identity_id: string | null
      organization_id: string | null
      fresh: boolean
      other_fresh: boolean
    }>(
      `select i.id as identity_id, p.organization_id, s.authenticated_at > app.now() - interval '${freshMinutes} min' as fresh,
         coalesce(s.other_proof_at > app.now() - interval '${freshMinutes} min', false) as other_fresh
       from sessions s left join identities i on i.id = s.identity_id left join providers p on p.id = i.provider_id
       where s.id = $1 and ${sessionCounts('s')} and (i.id is not null or 'password' = any(s.methods))`,
      [sessionId],
    )
    const [row] = rows
    return row === undefined
      ? null
      : {
          identityId: row.identity_id,
          openedBy: row.organization_id,
          fresh: row.fresh,
          otherProofFresh: row.other_fresh,
        }
  },
  async noteProof(sessionId, by) {
    const column = by === 'same' ? 'authenticated_at' : 'other_proof_at'
    await db.query(`update sessions set ${column} = app.now() where id = $1 and ended_at is null`, [
      sessionId,
    ])
  },
  async requiresProvider(organizationId) {
    const { rows } = await db.query<{ required: boolean }>(`select ${requiresProvider('$1')} as required`, [
      organizationId,
    ])
    return onlyRow(rows).required
  },
  async passwordReach(userId, organizationId) {
    const { rows } = await db.query<{
      is_member: boolean
      requires_provider: boolean
      requires_second_factor: boolean
      is_only_owner: boolean
    }>(
      `select exists (select from organization_members where organization_id = $2 and user_id = $1) as is_member,
         ${requiresProvider('$2')} as requires_provider,
         (select require_second_factor from organizations where id = $2) as requires_second_factor,
         ${isOnlyOwner('$1', '$2')} as is_only_owner`,
      [userId, organizationId],
    )
    const row = onlyRow(rows)
    return {
      isMember: row.is_member,
      requiresProvider: row.requires_provider,
      requiresSecondFactor: row.requires_second_factor,
      isOnlyOwner: row.is_only_owner,
    }
  },
  async openWithPassword({ userId, organizationId, methods, tokenHash }) {
    const { rows } = await db.query<{ id: string }>(
      `insert into sessions (token_hash, user_id, organization_id, methods, expires_at)
       values ($1, $2, $3, $4, app.now() + interval '${sessionDays} days') returning id`,
      [tokenHash, userId, organizationId, methods],
    )
    return onlyRow(rows)
  },
})

/** A condition on `sessions`, that on organizations on `attempts` as well, and the value of its `$2`. */
const conditionOf = (which: EndedSessions): readonly [string, string | readonly string[] | null] => {
  if (which === 'all') return ['true', null]
  if ('organizations' in which)
    return ['organization_id in (select id from organizations where slug = any($2))', which.organizations]
  if ('only' in which) return ['id = $2', which.only]
  if ('except' in which) return ['id <> $2', which.except]
  if (which.openedBy === 'password') return [`'password' = any(methods)`, null]
  return ['identity_id = $2', which.openedBy.identityId]
}
