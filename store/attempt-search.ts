import type { Result, Stage } from '../domain/attempt.js'
import type { MailState } from '../domain/mail.js'
import { isUuid } from '../domain/uuid.js'
import { isOpen } from './attempt-outcome.js'
import type { Db } from './pool.js'

/** What support looks for; all that is given has to hold. */
export interface AttemptFilter {
  /** Slugs that the person who looks may see; null for every one. */
  readonly scope: readonly string[] | null
  /** Attempts that are about a person: by their own address, by users who hold it, or by a user. */
  readonly person?: {
    readonly addressIndexes: readonly Buffer[]
    readonly canonical: string | null
    readonly userId: string | null
  }
  readonly attemptId?: string
  readonly organization?: string
  readonly provider?: string
  readonly stage?: Stage
  readonly outcome?: Result
  readonly mail?: MailState
  readonly since?: Date
  readonly until?: Date
}

export interface FoundAttempt {
  readonly id: string
  readonly organization: string
  readonly provider: string
  readonly stage: Stage
  readonly outcome: Result | null
  readonly how: string | null
  readonly code: string | null
  readonly mail: MailState | null
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** The newest first; `next` begins the following page. */
interface AttemptPage {
  readonly items: readonly FoundAttempt[]
  readonly next: string | null
}

/** Open attempts by stage now, and how those of the last 24 h ended. */
type AttemptCounts = Readonly<Record<Exclude<Stage, 'ended'> | Result, number>>

export interface AttemptSearchStore {
  /** @param after a cursor that an earlier page gave; one that is none begins at the start */
  search(filter: AttemptFilter, limit: number, after?: string): Promise<AttemptPage>
  counts(scope: readonly string[] | null): Promise<AttemptCounts>
  /** Puts the deadline off, as the extension of that number; null where that was done before, or out of turn. */
  extend(attemptId: string, extension: number, minutes: number): Promise<Date | null>
  /** How often the attempt was given more time. */
  extensionsOf(attemptId: string): Promise<number>
}

interface FoundRow {
  id: string
  organization: string
  provider: string
  stage: Stage
  outcome: Result | null
  how: string | null
  code: string | null
  mail: MailState | null
  created_at: Date
  cursor: string
  expires_at: Date
}

const waiting = new Set<MailState | undefined>([
  'queued',
  'sending',
  'deferred',
  'bounced',
  'suppressed',
  'parked',
])

/**
 * The statement of a search with its values, of those filters alone that are given, and planned at each call: what is rare among many has
 * to be known to the planner. Each organization or provider is asked for its own newest along its own index, which alone has nulls
 * last: looked for in the order of time, one with few sign-ins would be found at the end of a walk past all others. A test explains it.
 */
export const searchStatement = (
  filter: AttemptFilter,
  limit: number,
  after?: string,
): { text: string; values: unknown[] } => {
  const values: unknown[] = []
  const value = (given: unknown): string => `$${values.push(given)}`
  const conditions: string[] = []

  const places: string[] = []
  if (filter.scope !== null) places.push(`o.slug = any(${value(filter.scope)}::text[])`)
  if (filter.organization !== undefined) places.push(`o.slug = ${value(filter.organization)}`)
  if (filter.provider !== undefined) places.push(`p.name = ${value(filter.provider)}`)
  // How sign-ins ended is indexed by provider.
  const [place, column] =
    filter.provider === undefined && filter.outcome === undefined
      ? ['select o.id from organizations o', 'organization_id']
      : ['select p.id from providers p join organizations o on o.id = p.organization_id', 'provider_id']
  const placed = `${place} where ${places.join(' and ')}`

  if (filter.attemptId !== undefined) conditions.push(`a.id = ${value(filter.attemptId)}`)
  if (filter.stage !== undefined)
    conditions.push(
      filter.stage === 'ended'
        ? 'a.outcome is not null'
        : `a.stage = ${value(filter.stage)} and a.outcome is null`,
    )
  if (filter.outcome !== undefined) conditions.push(`a.outcome = ${value(filter.outcome)}`)
  if (filter.mail !== undefined)
    conditions.push(
      `exists (select from mail_messages m where m.attempt_id = a.id and m.state = ${value(filter.mail)})`,
    )
  if (filter.since !== undefined) conditions.push(`a.created_at >= ${value(filter.since)}`)
  if (filter.until !== undefined) conditions.push(`a.created_at < ${value(filter.until)}`)
  const cursor = /^(\d{1,16})\.(.+)$/.exec(after ?? '')
  if (cursor !== null && isUuid(cursor[2] ?? ''))
    conditions.push(
      `(a.created_at, a.id) < (timestamptz 'epoch' + ${value(cursor[1])}::bigint * interval '1 microsecond', ${value(cursor[2])}::uuid)`,
    )

  const { person } = filter
  // Materialized: few rows by exact keys, whatever the planner thinks of the order that is asked for.
  const people =
    person === undefined
      ? ''
      : `with holders as materialized (
           select user_id from user_emails where canonical = ${value(person.canonical)}
           union select ${value(person.userId)}::uuid where ${value(person.userId)}::uuid is not null
         ), theirs as materialized (
           select id from attempts where address_index = any(${value(person.addressIndexes)}::bytea[])
           union select id from attempts where outcome_user_id in (select user_id from holders)
           union select id from attempts where session_user_id in (select user_id from holders)
         )`
  if (person !== undefined) conditions.push('a.id in (select id from theirs)')

  const most = `limit ${value(limit + 1)}`
  const listed = `order by a.created_at desc, a.id desc ${most}`
  const found = (more: readonly string[], order = listed): string => {
    const all = [...more, ...conditions]
    return `select a.* from attempts a ${all.length === 0 ? '' : `where ${all.join(' and ')}`} ${order}`
  }
  const alongItsIndex = `order by a.created_at desc nulls last, a.id desc nulls last ${most}`
  // Few mails wait for somebody, and all of them are looked at: once for all organizations, not once for each.
  const isExact = person !== undefined || filter.attemptId !== undefined || waiting.has(filter.mail)
  const chosen =
    places.length === 0
      ? found([])
      : isExact
        ? found([`a.${column} = any(array(${placed}))`])
        : `select a.* from (${placed}) w cross join lateral (${found([`a.${column} = w.id`], alongItsIndex)}) a ${listed}`

  const text = `${people}
    select a.id, o.slug as organization, p.name as provider, a.stage, a.outcome, a.outcome_how as how, a.outcome_code as code,
      a.created_at, a.expires_at,
      (extract(epoch from a.created_at) * 1000000)::bigint || '.' || a.id as cursor,
      (select m.state from mail_messages m where m.attempt_id = a.id order by m.id desc limit 1) as mail
    from (${chosen}) a join organizations o on o.id = a.organization_id join providers p on p.id = a.provider_id
    order by a.created_at desc, a.id desc`
  return { text, values }
}

export const countsStatement = `
  select a.stage as name, count(*)::int as count from attempts a
  where a.outcome is null and ($1::text[] is null or a.organization_id = any(array(
    select id from organizations where slug = any($1)))) group by a.stage
  union all
  select a.outcome, count(*)::int from attempts a
  where a.outcome is not null and a.ended_at > app.now() - interval '24 hours' and ($1::text[] is null
    or a.organization_id = any(array(select id from organizations where slug = any($1)))) group by a.outcome`

export const createAttemptSearchStore = (db: Db): AttemptSearchStore => ({
  async search(filter, limit, after) {
    const { rows } = await db.query<FoundRow>(searchStatement(filter, limit, after))
    const shown = rows.slice(0, limit)
    return {
      items: shown.map(({ created_at: createdAt, expires_at: expiresAt, cursor: _, ...row }) => ({
        ...row,
        createdAt,
        expiresAt,
      })),
      next: rows.length > limit ? (shown.at(-1)?.cursor ?? null) : null,
    }
  },
  async counts(scope) {
    const { rows } = await db.query<{ name: keyof AttemptCounts; count: number }>(countsStatement, [scope])
    const of = (name: keyof AttemptCounts): number => rows.find((row) => row.name === name)?.count ?? 0
    return {
      awaiting_provider: of('awaiting_provider'),
      awaiting_decision: of('awaiting_decision'),
      finishing: of('finishing'),
      signed_in: of('signed_in'),
      rejected: of('rejected'),
      cancelled: of('cancelled'),
      expired: of('expired'),
      proved: of('proved'),
    }
  },
  async extend(attemptId, extension, minutes) {
    const { rows } = await db.query<{ expires_at: Date }>(
      `update attempts set extensions = $2, expires_at = expires_at + make_interval(mins => $3)
       where id = $1 and extensions = $2 - 1 and ${isOpen('attempts')} returning expires_at`,
      [attemptId, extension, minutes],
    )
    return rows[0]?.expires_at ?? null
  },
  async extensionsOf(attemptId) {
    const { rows } = await db.query<{ extensions: number }>('select extensions from attempts where id = $1', [
      attemptId,
    ])
    return rows[0]?.extensions ?? 0
  },
})
