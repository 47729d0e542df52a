import type { Db } from './pool.js'
import { idBefore, keptDays } from './retention.js'

export interface AuditRetention {
  /**
   * Deletes up to `limit` events that have been kept long enough, the oldest first, in a transaction of its own. An event goes once its
   * seals are as old; a seal goes with it where no event before it in its chain is left, but for the one on which the next rests. The
   * last seal of an organization's chain stays, so that its count goes on; a chain of an attempt goes with its last event.
   * @returns whether there may be more; false also where somebody else seals or purges just now
   */
  purge(limit: number): Promise<boolean>
}

const old = (time: string): string => `${time} <= app.now() - interval '${keptDays} days'`

/** @param db the client of an open transaction: its lock on the sealer's row keeps seals from growing on one that goes */
export const createAuditRetention = (db: Db): AuditRetention => ({
  async purge(limit) {
    const lease = await db.query('select from audit_sealer for update skip locked')
    if (lease.rows.length === 0) return false
    const { rows: gone } = await db.query<{ id: string }>(
      `delete from audit_events where id in (
         select id from audit_events e where id < ${idBefore(keptDays)} and ${old('at')}
           and exists (select from audit_seals s where s.event_id = e.id)
           and not exists (select from audit_seals s where s.event_id = e.id and not ${old('s.sealed_at')})
         order by id limit $1)
       returning id`,
      [limit],
    )
    if (gone.length === 0) return false
    await db.query(
      `with chains as (select distinct chain from audit_seals where event_id = any($1::uuid[])),
       begins as materialized (
         select c.chain, coalesce(
           (select s.position from audit_seals s
            where s.chain = c.chain and exists (select from audit_events e where e.id = s.event_id)
            order by s.position limit 1) - 1,
           (select max(s.position) from audit_seals s where s.chain = c.chain)
             + case when c.chain like 'attempt/%' then 1 else 0 end) as position
         from chains c)
       delete from audit_seals s using begins b where s.chain = b.chain and s.position < b.position`,
      [gone.map(({ id }) => id)],
    )
    return gone.length === limit
  },
})
