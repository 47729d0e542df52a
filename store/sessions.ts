import type { ErrorCode } from '../domain/errors.js'
import type { IdentityClaims } from '../domain/identity-claims.js'
import type { Role, UserStatus } from '../domain/policy.js'
import { sessionRefusal } from '../domain/session-reach.js'
import { isOpen } from './attempt-outcome.js'
import { changedCopy } from './identities.js'
import { isRequestOf, isRestricted, openInvitation } from './members.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'
import { reachColumns, toReach } from './session-reach.js'
import type { ReachRow } from './session-reach.js'

/** A signed-in browser. It reaches the organization whose provider opened it, and no other (spec: pipeline 2.12). */
export interface Session {
  readonly id: string
  readonly user: { readonly id: string; readonly name: string; readonly status: UserStatus }
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string }
  readonly attemptId: string | null
  readonly providerDisplayName: string | null
  readonly authenticatedAt: Date
  readonly methods: readonly string[]
  readonly expiresAt: Date
  /** A member without a seat: signed in, and without access for now. */
  readonly restricted: boolean
}

interface RefusedSession {
  readonly code: ErrorCode
  readonly organizationSlug: string
}

export interface SessionStore {
  /**
   * A session that has neither ended nor outlived 24 h of idleness or 14 days; it counts only while the organization would let what
   * opened it open it again. Notes that it was seen, at most every 5 min.
   */
  find(tokenHash: Buffer): Promise<Session | null>
  /** Why a session counts no more though it neither ended nor expired, and where its user signs in again; null where that is not so. */
  findRefused(tokenHash: Buffer): Promise<RefusedSession | null>
  /** Whether a session is this user's and has neither ended nor outlived its idleness or its days. */
  isLive(sessionId: string, userId: string): Promise<boolean>
  /** Whether the session that an attempt became is live. */
  isLiveFor(attemptId: string): Promise<boolean>
  /**
   * Opens a session for the attempt's outcome in place of the one that its browser had: the attempt's former one, or the one that
   * it began in, whose methods it keeps where that was the same user's. Further attempts that the same user began in it go on in the new one.
   */
  openForAttempt(attemptId: string, tokenHash: Buffer): Promise<{ id: string }>
  /**
   * Signs the owner of a known identity in: profile copy, membership, invitation, outcome, session and audit in one statement.
   * Nothing is written, and null returned, where the attempt has ended, the provider stopped serving sign-in, the owner stopped
   * being active, or the membership that `joinsAs: 'unchanged'` stands on is gone. The browser's former session ends with it.
   * A new member needs a transaction in which the seats are locked.
   */
  openForKnownIdentity(input: KnownSignIn): Promise<OpenedKnown | null>
}

export interface KnownSignIn {
  readonly attemptId: string
  readonly identityId: string
  readonly claims: IdentityClaims
  readonly joinsAs: Role | 'unchanged'
  /** No seat is free, so that a new member joins restricted. */
  readonly joinsRestricted?: boolean
  /** Null: the outcome stands, and the person is asked before the browser's session becomes another user's. */
  readonly tokenHash: Buffer | null
  readonly clientNetwork: string
  /** The account asked for a second factor, and got it. */
  readonly secondFactor?: boolean
}

export interface OpenedKnown {
  /** The session; null where none was to be opened. */
  readonly id: string | null
  /** The member waits for a seat. */
  readonly restricted: boolean
}

export const sessionDays = 14
const idleHours = 24

/** A session that has not outlived its days or its idleness; `s` is its name in the statement. */
export const isInTime = (s: string): string =>
  `${s}.expires_at > app.now() and ${s}.last_seen_at > app.now() - interval '${idleHours} hours'`

/** A session that counts has not ended either. */
export const sessionCounts = (s: string): string => `${s}.ended_at is null and ${isInTime(s)}`

/** The session whose token's hash is $1, if it has neither ended nor expired and its user is active, with what decides its reach. */
const fromSession = `
  from sessions s join users u on u.id = s.user_id join organizations o on o.id = s.organization_id
  left join identities i on i.id = s.identity_id left join providers p on p.id = i.provider_id
  where s.token_hash = $1 and ${sessionCounts('s')} and u.status = 'active'`

const openKnown = `
with ended as (
  update attempts a set stage = 'ended', outcome = 'signed_in', outcome_how = 'existing', outcome_user_id = i.user_id,
    outcome_identity_id = i.id, outcome_methods_version = u.methods_version, ended_at = app.now(), provider_request = null
  from identities i join users u on u.id = i.user_id join providers p on p.id = i.provider_id
  where a.id = $1 and ${isOpen('a')} and i.id = $2 and i.provider_id = a.provider_id
    and u.status = 'active' and p.status = 'enabled' and 'sign_in' = any(p.serves)
    and ($6::text is not null or exists (
      select from organization_members m where m.organization_id = a.organization_id and m.user_id = i.user_id))
  returning a.id, a.organization_id, a.session_id, a.invitation_id, i.user_id, i.id as identity_id, ${changedCopy('i', '$3', '$4', '$5')} as changed
), refreshed as (
  update identities i set email = $3, email_verified = $4, name = $5, last_verified_at = app.now()
  from ended where i.id = ended.identity_id
), linked as (
  update organization_members m set sso_linked = true, sso_invalid = false
  from ended where m.organization_id = ended.organization_id and m.user_id = ended.user_id and not (m.sso_linked and not m.sso_invalid)
), joined as (
  insert into organization_members (organization_id, user_id, role, sso_linked, restricted)
  select organization_id, user_id, $6, true, $9 from ended where $6::text is not null
  on conflict do nothing returning role, restricted
), invited as (
  update invitations i set accepted_at = app.now(), accepted_by = ended.user_id, sealed_token = null
  from ended, joined where i.id = (select id from (${openInvitation('ended.user_id', 'ended.organization_id', 'ended.invitation_id')}) o)
  returning i.id
), replaced as (
  delete from invitations i using ended, joined where ${isRequestOf('ended.user_id', 'ended.organization_id')}
), opened as (
  insert into sessions (token_hash, user_id, organization_id, identity_id, attempt_id, methods, expires_at)
  select $7, user_id, organization_id, identity_id, id, case when $10 then '{provider,totp}'::text[] else '{provider}' end, app.now() + interval '${sessionDays} days' from ended
  where $7::bytea is not null
  returning id
), former as (
  update sessions s set ended_at = app.now() from ended, opened where s.id = ended.session_id and s.ended_at is null
  returning s.id, s.user_id
), carried as (
  update attempts a set session_id = opened.id from ended, opened, former
  where a.session_id = former.id and former.user_id = ended.user_id and ${isOpen('a')} and a.id <> ended.id
), audited as (
  insert into audit_events (event, actor_kind, actor_id, organization_id, target_kind, target_id, attempt_id, client_network, data)
  select e.event, 'user', ended.user_id::text, ended.organization_id, e.target_kind, e.target_id, ended.id, $8, e.data
  from ended, lateral (
    values ('attempt.ended', 'attempt', ended.id::text, '{"result":"signed_in","how":"existing"}'::jsonb)
    union all select 'user.signed_in', 'identity', ended.identity_id::text, '{"how":"existing"}'::jsonb from opened
    union all select 'session.started', 'session', opened.id::text, '{}'::jsonb from opened
    union all select 'session.ended', 'session', former.id::text, '{"reason":"replaced"}'::jsonb from former
    union all select 'identity.refreshed', 'identity', ended.identity_id::text, jsonb_build_object('changed', ended.changed)
      where cardinality(ended.changed) > 0
    union all select 'member.added', 'user', ended.user_id::text,
      jsonb_build_object('role', joined.role, 'restricted', joined.restricted) from joined
    union all select 'member.accepted', 'invitation', invited.id::text, '{}'::jsonb from invited
  ) as e (event, target_kind, target_id, data)
)
select (select id from opened) as id, coalesce((select restricted from joined), (
    select restricted from organization_members m where m.organization_id = ended.organization_id and m.user_id = ended.user_id),
    false) as restricted
from ended`

export const createSessionStore = (db: Db): SessionStore => ({
  async find(tokenHash) {
    const { rows } = await db.query<
      {
        id: string
        user_id: string
        user_name: string
        user_status: UserStatus
        organization_id: string
        organization_slug: string
        organization_name: string
        attempt_id: string | null
        provider_display_name: string | null
        authenticated_at: Date
        methods: string[]
        expires_at: Date
        restricted: boolean
      } & ReachRow
    >(
      `with touched as (
         update sessions set last_seen_at = app.now()
         where token_hash = $1 and ended_at is null and last_seen_at > app.now() - interval '${idleHours} hours'
           and last_seen_at <= app.now() - interval '5 min'
       )
       select s.id, s.user_id, u.name as user_name, u.status as user_status, s.organization_id, o.slug as organization_slug,
         o.name as organization_name, s.attempt_id, p.display_name as provider_display_name, s.authenticated_at, s.methods, s.expires_at,
         ${isRestricted('s.organization_id', 's.user_id')} as restricted, ${reachColumns}
       ${fromSession}`,
      [tokenHash],
    )
    const [row] = rows
    if (row === undefined || sessionRefusal(toReach(row), row.methods) !== null) return null
    return {
      id: row.id,
      user: { id: row.user_id, name: row.user_name, status: row.user_status },
      organization: { id: row.organization_id, slug: row.organization_slug, name: row.organization_name },
      attemptId: row.attempt_id,
      providerDisplayName: row.provider_display_name,
      authenticatedAt: row.authenticated_at,
      methods: row.methods,
      expiresAt: row.expires_at,
      restricted: row.restricted,
    }
  },
  async findRefused(tokenHash) {
    const { rows } = await db.query<{ methods: string[]; slug: string } & ReachRow>(
      `select s.methods, o.slug, ${reachColumns} ${fromSession}`,
      [tokenHash],
    )
    const [row] = rows
    const code = row === undefined ? null : sessionRefusal(toReach(row), row.methods)
    return row === undefined || code === null ? null : { code, organizationSlug: row.slug }
  },
  async isLive(sessionId, userId) {
    const { rows } = await db.query(
      `select from sessions s where s.id = $1 and s.user_id = $2 and ${sessionCounts('s')}`,
      [sessionId, userId],
    )
    return rows.length > 0
  },
  async isLiveFor(attemptId) {
    const { rows } = await db.query(
      `select from sessions s where s.attempt_id = $1 and ${sessionCounts('s')}`,
      [attemptId],
    )
    return rows.length > 0
  },
  async openForAttempt(attemptId, tokenHash) {
    const { rows } = await db.query<{ id: string }>(
      `with former as (
         update sessions s set ended_at = app.now() from attempts a
         where a.id = $1 and (s.attempt_id = a.id or s.id = a.session_id) and s.ended_at is null
         returning s.user_id, s.methods
       )
       insert into sessions (token_hash, user_id, organization_id, identity_id, attempt_id, methods, expires_at)
       select $2, outcome_user_id, organization_id, outcome_identity_id, id, array(
           select 'provider' union select unnest(f.methods) from former f where f.user_id = outcome_user_id order by 1),
         app.now() + interval '${sessionDays} days'
       from attempts where id = $1 and outcome = 'signed_in'
       returning id`,
      [attemptId, tokenHash],
    )
    const session = onlyRow(rows)
    await db.query(
      `update attempts open set session_id = $2 from attempts a
       where a.id = $1 and open.session_id = a.session_id and open.session_user_id = a.outcome_user_id
         and ${isOpen('open')}`,
      [attemptId, session.id],
    )
    return session
  },
  async openForKnownIdentity(input) {
    const { rows } = await db.query<OpenedKnown>(openKnown, [
      input.attemptId,
      input.identityId,
      input.claims.email?.address ?? null,
      input.claims.emailVerified,
      input.claims.name,
      input.joinsAs === 'unchanged' ? null : input.joinsAs,
      input.tokenHash,
      input.clientNetwork,
      input.joinsRestricted ?? false,
      input.secondFactor ?? false,
    ])
    return rows[0] ?? null
  },
})
