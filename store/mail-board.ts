import type { MailKind, MailState } from '../domain/mail.js'
import { addressee, toAddressee } from './mail-addressee.js'
import type { AddresseeRow, MailAddressee } from './mail-addressee.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** Which mails; all that is given has to hold. */
export interface MailFilter {
  /** Slugs that the person who looks may see; null for every one. */
  readonly scope: readonly string[] | null
  readonly state?: MailState
  readonly organization?: string
  readonly kind?: MailKind
  /** Null for mails of which no reason is known. */
  readonly reason?: string | null
  /** Only mails that were queued before. */
  readonly until?: Date
  /** Only mails that were queued at least so long ago. */
  readonly olderThanSeconds?: number
}

/** A mail as support sees it in a list: no link, no words. */
export interface BoardMail extends MailAddressee {
  readonly id: string
  readonly kind: MailKind
  readonly organization: string
  readonly attemptId: string | null
  readonly state: MailState
  readonly reason: string | null
  readonly round: number
  readonly tries: number
  readonly createdAt: Date
}

/** Mails that need somebody, by what is wrong with them. */
interface MailGroup {
  readonly state: MailState
  readonly reason: string | null
  readonly count: number
  readonly oldest: Date
}

interface TransportHealth {
  /** Null where nothing is paused. */
  readonly pausedUntil: Date | null
  readonly reason: string | null
  readonly underWay: number
  /** When the provider took a mail last; null where it never did. */
  readonly lastAcceptedAt: Date | null
}

export interface MailBoardStore {
  /** Parked and failed, the largest groups first. */
  groups(scope: readonly string[] | null): Promise<MailGroup[]>
  /** The newest first; `after` is the id of the last one of the page before. */
  list(
    filter: MailFilter,
    limit: number,
    after?: string,
  ): Promise<{ items: BoardMail[]; next: string | null }>
  /**
   * Ids of all that match and can be retried, oldest first, and no more than so many. Where the filter names no state, those alone
   * that wait for somebody: what has arrived is sent again only to whoever says so.
   */
  matching(filter: MailFilter, limit: number): Promise<string[]>
  /** Something that changes whenever a page about the mail would. */
  listVersions(mailIds: readonly string[]): Promise<{ id: string; version: string }[]>
  /** How the transport is, with the mails of the scope that are under way. */
  health(scope: readonly string[] | null): Promise<TransportHealth>
  /** Lets the mails go on that wait for a paused transport. */
  resume(): Promise<void>
}

/** States in which a mail waits for somebody of support. */
const waiting: readonly MailState[] = ['parked', 'bounced', 'suppressed', 'deferred']

// With the values in one object, so that each call is planned for the filters that it has.
const conditions = `
  ($1::text[] is null or o.slug = any($1)) and ($2::text is null or m.state = $2) and ($3::text is null or o.slug = $3)
  and ($4::text is null or m.kind = $4) and ($5::text is null or m.reason = $5)
  and ($6::timestamptz is null or m.created_at < $6) and (not $7::boolean or m.reason is null)
  and ($8::integer is null or m.created_at <= app.now() - make_interval(secs => $8))`

const values = ({
  scope,
  state,
  organization,
  kind,
  reason,
  until,
  olderThanSeconds,
}: MailFilter): unknown[] => [
  scope,
  state ?? null,
  organization ?? null,
  kind ?? null,
  reason ?? null,
  until ?? null,
  reason === null,
  olderThanSeconds ?? null,
]

export const createMailBoardStore = (db: Db): MailBoardStore => ({
  async groups(scope) {
    const { rows } = await db.query<MailGroup>(
      `select m.state, m.reason, count(*)::int as count, min(m.created_at) as oldest
       from mail_messages m join organizations o on o.id = m.organization_id
       where m.state = any($2) and ($1::text[] is null or o.slug = any($1))
       group by m.state, m.reason order by m.state <> 'parked', count(*) desc`,
      [scope, waiting],
    )
    return rows
  },
  async list(filter, limit, after) {
    const { rows } = await db.query<
      AddresseeRow & {
        id: string
        kind: MailKind
        organization: string
        attempt_id: string | null
        state: MailState
        reason: string | null
        round: number
        tries: number
        created_at: Date
      }
    >({
      text: `select m.id, m.kind, o.slug as organization, m.attempt_id, ${addressee.columns}, m.state, m.reason, m.round, m.created_at,
         (select count(*)::int from mail_tries t where t.mail_id = m.id) as tries
       from mail_messages m join organizations o on o.id = m.organization_id ${addressee.joins}
       where ${conditions} and ($9::uuid is null or m.id < $9)
       order by m.id desc limit $10`,
      values: [...values(filter), after ?? null, limit + 1],
    })
    const items = rows.slice(0, limit).map((row) => ({
      ...toAddressee(row),
      id: row.id,
      kind: row.kind,
      organization: row.organization,
      attemptId: row.attempt_id,
      state: row.state,
      reason: row.reason,
      round: row.round,
      tries: row.tries,
      createdAt: row.created_at,
    }))
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  },
  async matching(filter, limit) {
    const { rows } = await db.query<{ id: string }>({
      text: `select m.id from mail_messages m join organizations o on o.id = m.organization_id
       where ${conditions} and m.kind <> 'confirmation_reminder'
         and m.state not in ('queued', 'sending', 'cancelled', 'expired', 'confirmed')
         and ($2::text is not null or m.state = any($9))
       order by m.id limit $10`,
      values: [...values(filter), waiting, limit],
    })
    return rows.map((row) => row.id)
  },
  async listVersions(mailIds) {
    const { rows } = await db.query<{ id: string; version: string }>(
      `select m.id, concat_ws(' ', m.state, m.reason, m.round,
         (select string_agg(concat_ws('/', t.id, t.state, t.reason,
            (select count(*) from mail_events v where v.try_id = t.id)), ' ' order by t.id)
          from mail_tries t where t.mail_id = m.id),
         (select max(e.id::text) from audit_events e where e.target_id = m.id::text)) as version
       from mail_messages m where m.id = any($1::uuid[])`,
      [mailIds],
    )
    return rows
  },
  async health(scope) {
    const { rows } = await db.query<{
      paused_until: Date | null
      reason: string | null
      under_way: number
      last_accepted_at: Date | null
    }>(
      `select case when t.paused_until > app.now() then t.paused_until end as paused_until,
         case when t.paused_until > app.now() then t.reason end as reason,
         (select count(*)::int from mail_messages where state in ('queued', 'sending') and ($1::text[] is null
            or organization_id in (select id from organizations where slug = any($1)))) as under_way,
         (select finished_at from mail_tries where provider_message_id is not null order by id desc limit 1) as last_accepted_at
       from mail_transport t`,
      [scope],
    )
    const row = onlyRow(rows)
    return {
      pausedUntil: row.paused_until,
      reason: row.reason,
      underWay: row.under_way,
      lastAcceptedAt: row.last_accepted_at,
    }
  },
  async resume() {
    await db.query('update mail_transport set paused_until = null, reason = null')
  },
})
