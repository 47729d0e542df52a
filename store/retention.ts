import type { Db } from './pool.js'

/** How long attempts, audit and answers to requests that named themselves are kept (spec: pipeline 9). */
export const keptDays = 400

export interface RetentionStore {
  /**
   * Deletes attempts, events of the audit and answers to requests that named themselves that are older than they are kept, the oldest
   * first, out of at most `limit` of each. An event goes
   * once its seals are as old, so that whoever verifies the audit can tell its end from a theft.
   */
  purge(limit: number): Promise<void>
}

export const createRetentionStore = (db: Db): RetentionStore => ({
  async purge(limit) {
    // Ids sort by time: the oldest are found without walking the others.
    await db.query(
      `with oldest as (select id, ended_at from attempts order by id limit $1)
       delete from attempts where id in (select id from oldest where ended_at <= app.now() - interval '${keptDays} days')`,
      [limit],
    )
    await db.query(
      `with oldest as (select id, at from audit_events order by id limit $1)
       delete from audit_events where id in (
         select id from oldest o where at <= app.now() - interval '${keptDays} days'
           and exists (select from audit_seals s where s.event_id = o.id)
           and not exists (select from audit_seals s where s.event_id = o.id
             and s.sealed_at > app.now() - interval '${keptDays} days'))`,
      [limit],
    )
    await db.query(
      `delete from idempotency_keys where (scope, key) in (
         select scope, key from idempotency_keys where created_at <= app.now() - interval '${keptDays} days'
         order by created_at limit $1)`,
      [limit],
    )
  },
})
