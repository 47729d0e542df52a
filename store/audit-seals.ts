import { noSeal, sealedText, sealHash } from './audit-chain.js'
import type { Head } from './audit-chain.js'
import { createAuditRetention } from './audit-retention.js'
import type { AuditRetention } from './audit-retention.js'
import { createAuditVerification } from './audit-verification.js'
import type { AuditVerification } from './audit-verification.js'
import type { Db } from './pool.js'

export interface AuditSealStore extends AuditRetention, AuditVerification {
  /**
   * Seals events that are not sealed yet, in a transaction of its own: each joins the chain of its attempt and that of its
   * organization. @returns how many; null where somebody else seals just now
   */
  seal(limit: number): Promise<number | null>
}

interface EventRow {
  id: string
  text: string
  attempt_id: string | null
  organization_id: string | null
}

const chainsOf = ({ attempt_id: attempt, organization_id: organization }: EventRow): string[] => {
  const chains = [
    ...(attempt === null ? [] : [`attempt/${attempt}`]),
    ...(organization === null ? [] : [`organization/${organization}`]),
  ]
  return chains.length === 0 ? ['product'] : chains
}

/** @param db the client of an open transaction for `seal`: its lock on the sealer's row is what keeps the chains single */
export const createAuditSealStore = (db: Db): AuditSealStore => ({
  ...createAuditRetention(db),
  ...createAuditVerification(db),
  async seal(limit) {
    const lease = await db.query('select from audit_sealer for update skip locked')
    if (lease.rows.length === 0) return null
    const { rows: events } = await db.query<EventRow>(
      // What waits is taken first, and each event by its key: ordered by the events' ids, the join would walk all of them from the first.
      `with waiting as materialized (select event_id from audit_unsealed order by event_id limit $1)
       select e.id, e.attempt_id, e.organization_id, ${sealedText} as text
       from waiting w, lateral (select * from audit_events where id = w.event_id offset 0) e order by w.event_id`,
      [limit],
    )
    if (events.length === 0) return 0
    const heads = await headsOf(db, [...new Set(events.flatMap(chainsOf))])
    const seals = events.flatMap((event) =>
      chainsOf(event).map((chain) => {
        const before = heads.get(chain) ?? { position: 0, hash: noSeal }
        const position = before.position + 1
        const hash = sealHash(chain, position, before.hash, event.text)
        heads.set(chain, { position, hash })
        return { chain, position, event_id: event.id, hash: hash.toString('hex') }
      }),
    )
    await db.query(
      `insert into audit_seals (chain, position, event_id, hash)
       select chain, position, event_id, decode(hash, 'hex')
       from jsonb_to_recordset($1::jsonb) as s(chain text, position bigint, event_id uuid, hash text)`,
      [JSON.stringify(seals)],
    )
    await db.query('delete from audit_unsealed where event_id = any($1::uuid[])', [
      events.map(({ id }) => id),
    ])
    return events.length
  },
})

const headsOf = async (db: Db, chains: readonly string[]): Promise<Map<string, Head>> => {
  const { rows } = await db.query<{ chain: string; position: number; hash: Buffer }>(
    `select c.chain, s.position::float8 as position, s.hash from unnest($1::text[]) as c(chain),
       lateral (select position, hash from audit_seals where chain = c.chain order by position desc limit 1) s`,
    [chains],
  )
  return new Map(rows.map(({ chain, position, hash }) => [chain, { position, hash }]))
}
