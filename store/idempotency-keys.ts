import type { Db } from './pool.js'

/** Names one request of somebody to one path. */
export interface KeyName {
  /** Whose key it is, and of which path: ids and slugs alone, or a hash of a mailed token. */
  readonly scope: string
  readonly key: string
}

/** What was answered to a request that named itself. */
interface KeptAnswer {
  readonly bodyHash: Buffer
  readonly status: number
  /** Sealed; null where the answer has no body. */
  readonly answer: Buffer | null
}

/** Whose erasure takes an answer away. */
interface Erasable {
  /** Who asked; null where nobody was signed in, or staff did. */
  readonly userId: string | null
  /** What an address of somebody else is found by that the answer holds, as `attempts.address_index`. */
  readonly addressIndex: Buffer | null
}

export interface IdempotencyKeyStore {
  find(name: KeyName): Promise<KeptAnswer | null>
  /** Keeps an answer. @returns false where one is kept already, also since a moment ago */
  keep(name: KeyName, erasable: Erasable, kept: KeptAnswer): Promise<boolean>
}

export const createIdempotencyKeyStore = (db: Db): IdempotencyKeyStore => ({
  async find({ scope, key }) {
    const { rows } = await db.query<{ body_hash: Buffer; status: number; answer: Buffer | null }>(
      'select body_hash, status, answer from idempotency_keys where scope = $1 and key = $2',
      [scope, key],
    )
    const [row] = rows
    return row === undefined ? null : { bodyHash: row.body_hash, status: row.status, answer: row.answer }
  },
  async keep({ scope, key }, { userId, addressIndex }, { bodyHash, status, answer }) {
    const { rowCount } = await db.query(
      `insert into idempotency_keys (scope, key, user_id, address_index, body_hash, status, answer) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict on constraint idempotency_keys_once do nothing`,
      [scope, key, userId, addressIndex, bodyHash, status, answer],
    )
    return rowCount === 1
  },
})
