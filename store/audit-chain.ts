import { createHash } from 'node:crypto'

/** Where a chain stands: its last seal, or one before it. */
export interface Head {
  position: number
  hash: Buffer
}

/** What a seal covers, as Postgres prints it. The client's network is left out, so that it can be taken away (spec: pipeline 9). */
export const sealedText = `jsonb_build_array(e.id, (extract(epoch from e.at) * 1000000)::bigint, e.event, e.actor_kind, e.actor_id,
  e.organization_id, e.target_kind, e.target_id, e.attempt_id, e.data)::text`

/** Before the first seal of a chain. */
export const noSeal = Buffer.alloc(32)

/** The hash of a seal: of the chain's name, its place there, the seal before it and the event. */
export const sealHash = (chain: string, position: number, before: Buffer, text: string): Buffer =>
  createHash('sha256').update(`${chain}\n${position}\n`).update(before).update(text).digest()
