import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** A wish of staff to send many mails once more, and how far it has come. */
export interface StaffRetry {
  readonly id: string
  readonly reason: string
  readonly askedBy: string
  readonly agreedBy: string | null
  /** It is carried out; otherwise a second person has to agree first. */
  readonly agreed: boolean
  readonly mails: number
  readonly done: number
  readonly refused: number
  readonly createdAt: Date
}

export interface OwedRetry {
  readonly retryId: string
  readonly mailId: string
  readonly actor: string
  readonly reason: string
}

export interface StaffRetryStore {
  /** Notes the wish. @returns its id */
  ask(wish: NewStaffRetry): Promise<string>
  find(retryId: string): Promise<StaffRetry | null>
  /** The newest first. */
  list(limit: number): Promise<StaffRetry[]>
  /** Something that changes whenever a page about the retry would. */
  listVersions(retryIds: readonly string[]): Promise<{ id: string; version: string }[]>
  /** A second person agrees; false where it was agreed to before, or it is the same person. */
  agree(retryId: string, staffId: string): Promise<boolean>
  /** Mails whose runs have not been asked yet; claimed for 30 s. */
  claimOwed(limit: number): Promise<OwedRetry[]>
  markAnswered(retryId: string, mailId: string, answer: string): Promise<void>
}

interface NewStaffRetry {
  readonly mailIds: readonly string[]
  readonly reason: string
  readonly staffId: string
  readonly needsSecondPerson: boolean
}

const select = `
  select r.id, r.reason, r.asked_by, r.agreed_by, r.agreed_at is not null as agreed, r.created_at,
    count(m.mail_id)::int as mails, count(m.answer)::int as done,
    (count(*) filter (where m.answer <> 'retried'))::int as refused
  from staff_retries r left join staff_retry_mails m on m.retry_id = r.id`

interface RetryRow {
  id: string
  reason: string
  asked_by: string
  agreed_by: string | null
  agreed: boolean
  mails: number
  done: number
  refused: number
  created_at: Date
}

const toRetry = (row: RetryRow): StaffRetry => ({
  id: row.id,
  reason: row.reason,
  askedBy: row.asked_by,
  agreedBy: row.agreed_by,
  agreed: row.agreed,
  mails: row.mails,
  done: row.done,
  refused: row.refused,
  createdAt: row.created_at,
})

export const createStaffRetryStore = (db: Db): StaffRetryStore => ({
  async ask(wish) {
    const { rows } = await db.query<{ id: string }>(
      `with r as (
         insert into staff_retries (reason, asked_by, agreed_at) values ($1, $2, case when $3 then null else app.now() end)
         returning id
       ), m as (insert into staff_retry_mails (retry_id, mail_id) select r.id, unnest($4::uuid[]) from r)
       select id from r`,
      [wish.reason, wish.staffId, wish.needsSecondPerson, wish.mailIds],
    )
    return onlyRow(rows).id
  },
  async find(retryId) {
    const { rows } = await db.query<RetryRow>(`${select} where r.id = $1 group by r.id`, [retryId])
    return rows[0] === undefined ? null : toRetry(rows[0])
  },
  async list(limit) {
    const { rows } = await db.query<RetryRow>(`${select} group by r.id order by r.id desc limit $1`, [limit])
    return rows.map(toRetry)
  },
  async listVersions(retryIds) {
    const { rows } = await db.query<{ id: string; version: string }>(
      `select r.id, concat_ws(' ', r.agreed_at, count(m.answer)) as version
       from staff_retries r left join staff_retry_mails m on m.retry_id = r.id
       where r.id = any($1::uuid[]) group by r.id`,
      [retryIds],
    )
    return rows
  },
  async agree(retryId, staffId) {
    const { rowCount } = await db.query(
      `update staff_retries set agreed_by = $2, agreed_at = app.now()
       where id = $1 and agreed_at is null and asked_by <> $2`,
      [retryId, staffId],
    )
    return rowCount === 1
  },
  async claimOwed(limit) {
    const { rows } = await db.query<{ retry_id: string; mail_id: string; actor: string; reason: string }>(
      `update staff_retry_mails m set asked_at = app.now()
       from staff_retries r
       where r.id = m.retry_id and (m.retry_id, m.mail_id) in (
         select o.retry_id, o.mail_id from staff_retry_mails o join staff_retries a on a.id = o.retry_id
         where o.answer is null and a.agreed_at is not null and coalesce(o.asked_at < app.now() - interval '30 s', true)
         order by o.retry_id, o.mail_id limit $1 for update of o skip locked)
       returning m.retry_id, m.mail_id, r.asked_by::text as actor, r.reason`,
      [limit],
    )
    return rows.map((row) => ({
      retryId: row.retry_id,
      mailId: row.mail_id,
      actor: row.actor,
      reason: row.reason,
    }))
  },
  async markAnswered(retryId, mailId, answer) {
    await db.query('update staff_retry_mails set answer = $3 where retry_id = $1 and mail_id = $2', [
      retryId,
      mailId,
      answer,
    ])
  },
})
