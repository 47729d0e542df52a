import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** A key that signs tokens for one period of days, counted by the database's clock. */
export interface SigningKey {
  readonly period: number
  readonly kid: string
  readonly publicJwk: Readonly<Record<string, unknown>>
  /** PKCS 8, sealed for the purpose `signing-key` under the `kid`. */
  readonly privateKey: Buffer
}

export interface SigningKeyStore {
  /** The period that is now, and whether its last day has begun: then the next one's key has to be there to be seen. */
  period(): Promise<{ now: number; ends: boolean }>
  /** Those of the period before, of this one and of the next: what verifiers may meet. */
  list(): Promise<SigningKey[]>
  /** Keeps a key for a period that has none; of several processes one wins. Keys that nobody meets any more are deleted. */
  save(key: SigningKey): Promise<void>
}

const days = 30
const period = `floor(extract(epoch from app.now()) / ${days * 86_400})::int`

export const createSigningKeyStore = (db: Db): SigningKeyStore => ({
  async period() {
    const { rows } = await db.query<{ now: number; ends: boolean }>(
      `select ${period} as now, extract(epoch from app.now())::bigint % ${days * 86_400} > ${(days - 1) * 86_400} as ends`,
    )
    return onlyRow(rows)
  },
  async list() {
    const { rows } = await db.query<{
      period: number
      kid: string
      public_jwk: Record<string, unknown>
      private_key: Buffer
    }>(
      `select period, kid, public_jwk, private_key from signing_keys
       where period between ${period} - 1 and ${period} + 1 order by period`,
    )
    return rows.map((row) => ({
      period: row.period,
      kid: row.kid,
      publicJwk: row.public_jwk,
      privateKey: row.private_key,
    }))
  },
  async save(key) {
    await db.query(
      `with old as (delete from signing_keys where period < ${period} - 1)
       insert into signing_keys (period, kid, public_jwk, private_key) values ($1, $2, $3, $4) on conflict do nothing`,
      [key.period, key.kid, key.publicJwk, key.privateKey],
    )
  },
})
