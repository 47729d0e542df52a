import { createHash } from 'node:crypto'
import type { Db } from './pool.js'
import { createAuditRetention } from './audit-retention.js'
import type { AuditRetention } from './audit-retention.js'
import { keptDays } from './retention.js'

export interface AuditSealStore extends AuditRetention {
  /**
   * Seals events that are not sealed yet, in a transaction of its own: each joins the chain of its attempt and that of its
   * organization. @returns how many; null where somebody else seals just now
   */
  seal(limit: number): Promise<number | null>
  /**
   * Follows every chain from its beginning: from its first event, or from the seal of one that has gone because its time was over
   * (`store/audit-retention.ts`). Reads the whole audit.
   */
  verify(): Promise<AuditProof>
}

interface AuditProof {
  readonly events: number
  readonly chains: number
  /** Where a chain breaks: its name, and the position at which the first fault lies. */
  readonly faults: readonly { readonly chain: string; readonly position: number; readonly fault: SealFault }[]
  /** Events that no seal covers yet. */
  readonly unsealed: readonly string[]
}

type SealFault =
  'event is missing' | 'event was changed' | 'seal is missing' | 'event is neither sealed nor waiting'

interface EventRow {
  id: string
  text: string
  attempt_id: string | null
  organization_id: string | null
}

/** What a seal covers, as Postgres prints it. The client's network is left out, so that it can be taken away (spec: pipeline 9). */
const sealedText = `jsonb_build_array(e.id, (extract(epoch from e.at) * 1000000)::bigint, e.event, e.actor_kind, e.actor_id,
  e.organization_id, e.target_kind, e.target_id, e.attempt_id, e.data)::text`

const none = Buffer.alloc(32)

/** The hash of a seal: of the chain's name, its place there, the seal before it and the event. */
const sealHash = (chain: string, position: number, before: Buffer, text: string): Buffer =>
  createHash('sha256').update(`${chain}\n${position}\n`).update(before).update(text).digest()

const chainsOf = ({ attempt_id: attempt, organization_id: organization }: EventRow): string[] => {
  const chains = [
    ...(attempt === null ? [] : [`attempt/${attempt}`]),
    ...(organization === null ? [] : [`organization/${organization}`]),
  ]
  return chains.length === 0 ? ['product'] : chains
}

interface Head {
  position: number
  hash: Buffer
}

/** @param db the client of an open transaction for `seal`: its lock on the sealer's row is what keeps the chains single */
export const createAuditSealStore = (db: Db): AuditSealStore => ({
  ...createAuditRetention(db),
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
        const before = heads.get(chain) ?? { position: 0, hash: none }
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
  async verify() {
    const { rows: seals } = await db.query<{
      chain: string
      position: number
      hash: Buffer
      text: string | null
      ripe: boolean
    }>(
      `select s.chain, s.position::float8 as position, s.hash, s.sealed_at <= app.now() - interval '${keptDays} days' as ripe, ${sealedText.replace('jsonb_build_array', 'case when e.id is not null then jsonb_build_array')} end as text
       from audit_seals s left join audit_events e on e.id = s.event_id order by s.chain, s.position`,
    )
    const faults: { chain: string; position: number; fault: SealFault }[] = []
    const heads = new Map<string, Head>()
    const broken = new Set<string>()
    for (const { chain, position, hash, text, ripe } of seals) {
      const isGone = text === null && ripe
      // Whatever stood before an event that has gone has gone as well.
      const before = heads.get(chain) ?? { position: isGone ? position - 1 : 0, hash: none }
      heads.set(chain, { position, hash })
      if (broken.has(chain)) continue
      const fault = isGone ? gapOf(before, position) : faultOf(before, { position, hash }, chain, text)
      if (fault === null) continue
      broken.add(chain)
      faults.push({ chain, position, fault })
    }
    const { rows: lone } = await db.query<{ id: string; waits: boolean }>(
      `select e.id, u.event_id is not null as waits from audit_events e left join audit_unsealed u on u.event_id = e.id
       where u.event_id is not null or not exists (select from audit_seals s where s.event_id = e.id) order by e.id`,
    )
    const { rows: counted } = await db.query<{ count: number }>(
      'select count(*)::int as count from audit_events',
    )
    return {
      events: counted[0]?.count ?? 0,
      chains: heads.size,
      faults: [
        ...faults,
        ...lone
          .filter(({ waits }) => !waits)
          .map(({ id }) => ({
            chain: `event/${id}`,
            position: 0,
            fault: 'event is neither sealed nor waiting' as const,
          })),
      ],
      unsealed: lone.filter(({ waits }) => waits).map(({ id }) => id),
    }
  },
})

const gapOf = (before: Head, position: number): SealFault | null =>
  position === before.position + 1 ? null : 'seal is missing'

const faultOf = (before: Head, seal: Head, chain: string, text: string | null): SealFault | null => {
  const gap = gapOf(before, seal.position)
  if (gap !== null) return gap
  if (text === null) return 'event is missing'
  return sealHash(chain, seal.position, before.hash, text).equals(seal.hash) ? null : 'event was changed'
}

const headsOf = async (db: Db, chains: readonly string[]): Promise<Map<string, Head>> => {
  const { rows } = await db.query<{ chain: string; position: number; hash: Buffer }>(
    `select c.chain, s.position::float8 as position, s.hash from unnest($1::text[]) as c(chain),
       lateral (select position, hash from audit_seals where chain = c.chain order by position desc limit 1) s`,
    [chains],
  )
  return new Map(rows.map(({ chain, position, hash }) => [chain, { position, hash }]))
}
