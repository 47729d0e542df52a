import type { Db } from './pool.js'

/** How long attempts, audit, mails and answers to requests that named themselves are kept (spec: pipeline 9). */
export const keptDays = 400

/** How long what opened or mailed something is kept after its end, and what was sealed for a mail. */
const endedDays = 30

export interface RetentionStore {
  /**
   * Deletes what has been kept long enough, and empties sealed columns that nothing opens any more: up to `limit` rows by each rule, so
   * that no statement holds many. Several callers at once take different rows.
   * @returns whether there may be more
   */
  purge(limit: number): Promise<boolean>
}

/**
 * Ids tell the time at which their row was made, with the key's own index: rows whose id is younger than this need not be looked at.
 * @param days that have passed since then
 */
export const idBefore = (days: number): string =>
  `(lpad(to_hex((extract(epoch from app.now() - interval '${days} days') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`

const before = (time: string, days: number): string => `${time} <= app.now() - interval '${days} days'`

const byId = (table: string, made: number, due: string): string =>
  `delete from ${table} where id in (
     select id from ${table} where id < ${idBefore(made)} and ${due} order by id limit $1 for update skip locked)`

const rules: readonly string[] = [
  // With it go its decision, its proofs, its codes and its children.
  `delete from attempts where id in (
     select id from attempts where outcome is not null and ${before('ended_at', keptDays)}
     order by ended_at limit $1 for update skip locked)`,
  // With it go its tries, what the provider told of them, and what staff asked for it.
  byId('mail_messages', keptDays, `${before('created_at', keptDays)} and state not in ('queued', 'sending')`),
  byId('staff_retries', keptDays, before('created_at', keptDays)),
  `delete from bulk_mails where (campaign_id, user_id) in (
     select b.campaign_id, b.user_id from bulk_campaigns c join bulk_mails b on b.campaign_id = c.id
     where ${before('c.finished_at', keptDays)} limit $1 for update of b skip locked)`,
  `delete from bulk_campaigns where id in (
     select id from bulk_campaigns c where ${before('finished_at', keptDays)}
       and not exists (select from bulk_mails b where b.campaign_id = c.id) limit $1 for update skip locked)`,
  byId('invitations', keptDays, before('coalesce(accepted_at, expires_at)', keptDays)),
  `delete from idempotency_keys where (scope, key) in (
     select scope, key from idempotency_keys where ${before('created_at', keptDays)}
     order by created_at limit $1 for update skip locked)`,
  ...['sessions', 'staff_sessions'].map((table) =>
    byId(table, endedDays, before(`coalesce(ended_at, expires_at)`, endedDays)),
  ),
  byId('mailed_links', endedDays, before('expires_at', endedDays)),
  `update invitations set sealed_token = null where id in (
     select id from invitations where sealed_token is not null and expires_at <= app.now()
     order by expires_at limit $1 for update skip locked)`,
  `update mail_messages set recipient = null where id in (
     select id from mail_messages where recipient is not null and ${before('created_at', endedDays)}
       and state not in ('queued', 'sending') order by created_at limit $1 for update skip locked)`,
]

export const createRetentionStore = (db: Db): RetentionStore => ({
  async purge(limit) {
    let more = false
    for (const rule of rules) {
      const { rowCount } = await db.query(rule, [limit])
      more ||= rowCount === limit
    }
    return more
  },
})
