import { noSeal, sealedText, sealHash } from './audit-chain.js'
import type { Head } from './audit-chain.js'
import type { Db } from './pool.js'
import { keptDays } from './retention.js'

/** A seal of a chain, to be kept elsewhere and looked for later. */
export interface ChainHead {
  readonly chain: string
  readonly position: number
  /** Hex. */
  readonly hash: string
}

export interface AuditVerification {
  /**
   * Follows every chain from its beginning: from its first event, or from the seal of one that has gone because its time was over
   * (`store/audit-retention.ts`). Reads the whole audit, a part at a time, so that its length costs time and no memory; in a
   * transaction of its own it reads one state of it.
   * @param expected seals that stood once: each has to stand still, unless it was old enough to go
   */
  verify(expected?: readonly ChainHead[]): Promise<AuditProof>
}

interface AuditProof {
  readonly events: number
  readonly chains: number
  /** Where a chain breaks: its name, and the position at which the first fault lies. */
  readonly faults: readonly { readonly chain: string; readonly position: number; readonly fault: SealFault }[]
  /** Events that no seal covers yet. */
  readonly unsealed: readonly string[]
  /** The last seals of organizations and of the product: every event of theirs lies below one. Chains of single attempts are left out. */
  readonly heads: readonly ChainHead[]
  /** How many of the expected seals lie before what is kept, and were looked for in vain. */
  readonly tooOld: number
}

type SealFault =
  | 'event is missing'
  | 'event was changed'
  | 'seal is missing'
  | 'event is neither sealed nor waiting'
  | 'seal is not the expected one'
  | 'expected seal is missing'

interface SealRow {
  chain: string
  position: number
  hash: Buffer
  text: string | null
  ripe: boolean
}

const page = 2_000

export const createAuditVerification = (db: Db): AuditVerification => ({
  async verify(expected = []) {
    // Outside of a transaction it changes nothing, and each part is of its own moment.
    await db.query('set transaction isolation level repeatable read, read only')
    const faults: AuditProof['faults'][number][] = []
    const heads: ChainHead[] = []
    const sought = new Map<string, ChainHead[]>()
    for (const head of expected) sought.set(head.chain, [...(sought.get(head.chain) ?? []), head])
    let chains = 0
    let tooOld = 0
    for await (const chain of chainsIn(db)) {
      chains += 1
      const { fault, last, expectation } = await follow(chain, sought.get(chain.name) ?? [])
      sought.delete(chain.name)
      tooOld += expectation.tooOld
      faults.push(...[...(fault === null ? [] : [fault]), ...expectation.faults])
      if (!chain.name.startsWith('attempt/'))
        heads.push({ chain: chain.name, position: last.position, hash: last.hash.toString('hex') })
    }
    for (const { chain, position } of [...sought.values()].flat())
      faults.push({ chain, position, fault: 'expected seal is missing' })
    const { events, unsealed, lone } = await readEvents(db)
    for (const id of lone)
      faults.push({ chain: `event/${id}`, position: 0, fault: 'event is neither sealed nor waiting' })
    return { events, chains, faults, unsealed, heads, tooOld }
  },
})

interface Chain {
  readonly name: string
  /** To be read to its end before the next chain is asked for. */
  readonly seals: AsyncIterable<SealRow>
}

/** All seals, by chain and position, as they come. */
async function* sealsIn(db: Db): AsyncGenerator<SealRow> {
  let after: Pick<SealRow, 'chain' | 'position'> = { chain: '', position: 0 }
  for (;;) {
    const { rows } = await db.query<SealRow>(
      `select s.chain, s.position::float8 as position, s.hash, s.sealed_at <= app.now() - interval '${keptDays} days' as ripe,
         case when e.id is not null then ${sealedText} end as text
       from (select * from audit_seals where (chain, position) > ($1, $2::bigint) order by chain, position limit ${page}) s
       left join audit_events e on e.id = s.event_id order by s.chain, s.position`,
      [after.chain, after.position],
    )
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < page) return
    after = last
  }
}

async function* chainsIn(db: Db): AsyncGenerator<Chain> {
  const all = sealsIn(db)
  let next = await all.next()
  while (next.done !== true) {
    const first = next.value
    const seals = async function* (): AsyncGenerator<SealRow> {
      for (; next.done !== true && next.value.chain === first.chain; next = await all.next()) yield next.value
    }
    yield { name: first.chain, seals: seals() }
  }
}

/** Follows one chain to its end, and looks for the seals in it that are expected. */
const follow = async (
  { name: chain, seals }: Chain,
  expected: readonly ChainHead[],
): Promise<{
  fault: AuditProof['faults'][number] | null
  last: Head
  expectation: { faults: AuditProof['faults'][number][]; tooOld: number }
}> => {
  const sought = new Map(expected.map(({ position, hash }) => [position, hash]))
  const expectation: { faults: AuditProof['faults'][number][]; tooOld: number } = { faults: [], tooOld: 0 }
  let fault: AuditProof['faults'][number] | null = null
  let before: Head | null = null
  let first = 0
  for await (const { position, hash, text, ripe } of seals) {
    const isGone = text === null && ripe
    // Whatever stood before an event that has gone has gone as well.
    before ??= { position: isGone ? position - 1 : 0, hash: noSeal }
    first ||= position
    const found = isGone ? gapOf(before, position) : faultOf(before, { position, hash }, chain, text)
    if (found !== null) fault ??= { chain, position, fault: found }
    const wanted = sought.get(position)
    sought.delete(position)
    if (wanted !== undefined && wanted !== hash.toString('hex'))
      expectation.faults.push({ chain, position, fault: 'seal is not the expected one' })
    before = { position, hash }
  }
  for (const position of sought.keys()) {
    if (position < first) expectation.tooOld += 1
    else expectation.faults.push({ chain, position, fault: 'expected seal is missing' })
  }
  return { fault, last: before ?? { position: 0, hash: noSeal }, expectation }
}

const gapOf = (before: Head, position: number): SealFault | null =>
  position === before.position + 1 ? null : 'seal is missing'

const faultOf = (before: Head, seal: Head, chain: string, text: string | null): SealFault | null => {
  const gap = gapOf(before, seal.position)
  if (gap !== null) return gap
  if (text === null) return 'event is missing'
  return sealHash(chain, seal.position, before.hash, text).equals(seal.hash) ? null : 'event was changed'
}

/** How many events there are, which of them wait for a seal, and which neither have one nor wait. */
const readEvents = async (db: Db): Promise<{ events: number; unsealed: string[]; lone: string[] }> => {
  const read = { events: 0, unsealed: [] as string[], lone: [] as string[] }
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const { rows } = await db.query<{ id: string; sealed: boolean; waits: boolean }>(
      `select e.id, exists (select from audit_unsealed u where u.event_id = e.id) as waits,
         exists (select from audit_seals s where s.event_id = e.id) as sealed
       from audit_events e where e.id > $1 order by e.id limit ${page}`,
      [after],
    )
    read.events += rows.length
    for (const { id, sealed, waits } of rows) {
      if (waits) read.unsealed.push(id)
      else if (!sealed) read.lone.push(id)
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < page) return read
    after = last.id
  }
}
