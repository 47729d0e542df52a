import type { Choice } from '../domain/attempt.js'
import type { MailKind, MailState, TryState } from '../domain/mail.js'
import { addressee, toAddressee } from './mail-addressee.js'
import type { AddresseeRow, MailAddressee } from './mail-addressee.js'
import type { Db } from './pool.js'

/** An audit row as staff see it. */
export interface StoryEvent {
  readonly id: string
  readonly at: Date
  readonly event: string
  readonly actor: { readonly kind: 'user' | 'staff' | 'system'; readonly id: string | null }
  readonly organization: string | null
  readonly attemptId: string | null
  readonly target: { readonly kind: string; readonly id: string } | null
  readonly clientNetwork: string | null
  readonly data: Readonly<Record<string, unknown>>
}

/** One try to send a mail, and what the provider told of it. No link, no code, no words of the mail. */
interface StoryTry {
  readonly round: number
  readonly attempt: number
  readonly state: TryState
  /** The provider took the message, whatever it told of it later. */
  readonly taken: boolean
  readonly reason: string | null
  readonly startedAt: Date
  readonly finishedAt: Date | null
  readonly events: readonly { readonly event: string; readonly reason: string | null; readonly at: Date }[]
}

export interface StoryMail extends MailAddressee {
  readonly id: string
  readonly kind: MailKind
  readonly state: MailState
  readonly reason: string | null
  readonly round: number
  readonly organization: string
  readonly attemptId: string | null
  readonly workflowId: string
  readonly addressVerified: boolean
  readonly createdAt: Date
  readonly tries: readonly StoryTry[]
}

export interface AttemptStory {
  readonly events: readonly StoryEvent[]
  readonly decision: {
    readonly choice: Choice
    readonly facts: Readonly<Record<string, unknown>>
    readonly at: Date
  } | null
  readonly mails: readonly StoryMail[]
  readonly extensions: number
  readonly createdAt: Date
  readonly endedAt: Date | null
}

export interface AttemptStoryStore {
  /** What Postgres knows of an attempt, oldest first; null where it does not exist. */
  find(attemptId: string): Promise<AttemptStory | null>
  /** One mail with all its tries. */
  findMail(mailId: string): Promise<StoryMail | null>
  /** Something that changes whenever a page about the attempt would. */
  listVersions(attemptIds: readonly string[]): Promise<{ id: string; version: string }[]>
  /** The audit, newest first; `after` is the id of the last row of the page before. */
  listAudit(filter: AuditFilter, limit: number): Promise<StoryEvent[]>
}

interface AuditFilter {
  readonly scope: readonly string[] | null
  readonly event?: string
  readonly actorId?: string
  readonly targetId?: string
  readonly after?: string
}

interface EventRow {
  id: string
  at: Date
  event: string
  actor_kind: StoryEvent['actor']['kind']
  actor_id: string | null
  organization: string | null
  attempt_id: string | null
  target_kind: string | null
  target_id: string | null
  client_network: string | null
  data: Record<string, unknown>
}

const eventColumns = `e.id, e.at, e.event, e.actor_kind, e.actor_id, o.slug as organization, e.attempt_id, e.target_kind, e.target_id,
  e.client_network, e.data`

const toEvent = (row: EventRow): StoryEvent => ({
  id: row.id,
  at: row.at,
  event: row.event,
  actor: { kind: row.actor_kind, id: row.actor_id },
  organization: row.organization,
  attemptId: row.attempt_id,
  target:
    row.target_kind === null || row.target_id === null ? null : { kind: row.target_kind, id: row.target_id },
  clientNetwork: row.client_network,
  data: row.data,
})

interface MailRow extends AddresseeRow {
  id: string
  kind: MailKind
  state: MailState
  reason: string | null
  round: number
  organization: string
  attempt_id: string | null
  workflow_id: string
  verified: boolean
  created_at: Date
}

interface TryRow {
  mail_id: string
  round: number
  attempt: number
  state: TryState
  taken: boolean
  reason: string | null
  started_at: Date
  finished_at: Date | null
  events: { event: string; reason: string | null; at: string }[]
}

const mailsWhere = async (db: Db, condition: string, id: string): Promise<StoryMail[]> => {
  const { rows } = await db.query<MailRow>(
    `select m.id, m.kind, m.state, m.reason, m.round, o.slug as organization, m.attempt_id, m.workflow_id,
       ${addressee.columns}, e.verified_at is not null as verified, m.created_at
     from mail_messages m join organizations o on o.id = m.organization_id ${addressee.joins}
     where ${condition} order by m.id`,
    [id],
  )
  const tries = await db.query<TryRow>(
    `select t.mail_id, t.round, t.attempt, t.state, t.provider_message_id is not null as taken, t.reason, t.started_at, t.finished_at,
       coalesce((select jsonb_agg(jsonb_build_object('event', v.event, 'reason', v.reason, 'at', v.at) order by v.at, v.received_at)
                 from mail_events v where v.try_id = t.id), '[]') as events
     from mail_tries t where t.mail_id = any($1::uuid[]) order by t.round, t.attempt`,
    [rows.map((row) => row.id)],
  )
  return rows.map((row) => ({
    ...toAddressee(row),
    id: row.id,
    kind: row.kind,
    state: row.state,
    reason: row.reason,
    round: row.round,
    organization: row.organization,
    attemptId: row.attempt_id,
    workflowId: row.workflow_id,
    addressVerified: row.verified,
    createdAt: row.created_at,
    tries: tries.rows
      .filter((one) => one.mail_id === row.id)
      .map((one) => ({
        round: one.round,
        attempt: one.attempt,
        state: one.state,
        taken: one.taken,
        reason: one.reason,
        startedAt: one.started_at,
        finishedAt: one.finished_at,
        events: one.events.map((told) => ({ ...told, at: new Date(told.at) })),
      })),
  }))
}

/**
 * The statement of a look into the audit with its values, of those filters alone that are given, and planned at each call. Each
 * organization of a scope is asked for its own newest rows. Events of a kind, and those of an organization, come along an index that
 * alone has nulls last, so that rare ones are not looked for past all others. A test explains it.
 */
export const auditStatement = (
  { scope, event, actorId, targetId, after }: AuditFilter,
  limit: number,
): { text: string; values: unknown[] } => {
  const values: unknown[] = []
  const value = (given: unknown): string => `$${values.push(given)}`
  const conditions: string[] = []
  if (event !== undefined) conditions.push(`e.event = ${value(event)}`)
  if (actorId !== undefined) conditions.push(`e.actor_id = ${value(actorId)}`)
  if (targetId !== undefined) conditions.push(`e.target_id = ${value(targetId)}`)
  if (after !== undefined) conditions.push(`e.id < ${value(after)}::uuid`)
  const isOfFew = actorId === undefined && targetId === undefined && (scope !== null || event !== undefined)
  const listed = `order by e.id desc ${isOfFew ? 'nulls last' : ''} limit ${value(limit)}`
  const found = (more: readonly string[]): string => {
    const all = [...more, ...conditions]
    return `select e.* from audit_events e ${all.length === 0 ? '' : `where ${all.join(' and ')}`} ${listed}`
  }
  const chosen =
    scope === null
      ? found([])
      : `select e.* from (select id from organizations where slug = any(${value(scope)}::text[])) w
         cross join lateral (${found(['e.organization_id = w.id'])}) e ${listed}`
  const text = `select ${eventColumns} from (${chosen}) e left join organizations o on o.id = e.organization_id order by e.id desc`
  return { text, values }
}

export const createAttemptStoryStore = (db: Db): AttemptStoryStore => ({
  async find(attemptId) {
    const { rows } = await db.query<{
      extensions: number
      created_at: Date
      ended_at: Date | null
      choice: Choice | null
      facts: Record<string, unknown> | null
      decided_at: Date | null
    }>(
      `select a.extensions, a.created_at, a.ended_at, d.choice, d.facts, d.created_at as decided_at
       from attempts a left join decisions d on d.attempt_id = a.id where a.id = $1`,
      [attemptId],
    )
    const [row] = rows
    if (row === undefined) return null
    const events = await db.query<EventRow>(
      `select ${eventColumns} from audit_events e left join organizations o on o.id = e.organization_id
       where e.attempt_id = $1 order by e.id limit 1000`,
      [attemptId],
    )
    return {
      events: events.rows.map(toEvent),
      decision:
        row.choice === null || row.decided_at === null
          ? null
          : { choice: row.choice, facts: row.facts ?? {}, at: row.decided_at },
      mails: await mailsWhere(db, 'm.attempt_id = $1', attemptId),
      extensions: row.extensions,
      createdAt: row.created_at,
      endedAt: row.ended_at,
    }
  },
  async findMail(mailId) {
    return (await mailsWhere(db, 'm.id = $1', mailId))[0] ?? null
  },
  async listVersions(attemptIds) {
    const { rows } = await db.query<{ id: string; version: string }>(
      `select a.id, concat_ws(' ', a.stage, a.outcome, a.expires_at,
         (select max(e.id::text) from audit_events e where e.attempt_id = a.id),
         (select string_agg(concat_ws('/', m.id, m.state, m.round,
            (select max(t.id::text || t.state) from mail_tries t where t.mail_id = m.id)), ' ' order by m.id)
          from mail_messages m where m.attempt_id = a.id)) as version
       from attempts a where a.id = any($1::uuid[])`,
      [attemptIds],
    )
    return rows
  },
  async listAudit(filter, limit) {
    const { rows } = await db.query<EventRow>(auditStatement(filter, limit))
    return rows.map(toEvent)
  },
})
