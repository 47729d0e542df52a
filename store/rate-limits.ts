import { createHash } from 'node:crypto'
import type { Limit } from '../domain/limits.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** One count: of what is limited, for whom. */
export interface Allowance {
  readonly limit: Limit
  /** A user id, a network, a canonical address. Only a hash of it is stored. */
  readonly of: string
}

export interface RateLimitStore {
  /**
   * Takes one of each allowance, or none of any where one is used up. Exact under any number of callers at once, who wait for each
   * other until the transaction ends. Within the transaction of an act the allowance is taken with the act or not at all: for acts
   * of a few statements, such as one that writes a mail. Outside it counts whatever becomes of the act, which what is guessed needs.
   * @returns 0, or the whole seconds after which the same call may succeed
   */
  take(...allowances: Allowance[]): Promise<number>
  /** As `take`, and takes none: for what is counted once it has gone wrong, so that what goes right never waits for it. */
  wait(...allowances: Allowance[]): Promise<number>
  /** Undoes one `take`, for what turned out not to be meant by the limit, such as a right password. */
  giveBack(...allowances: Allowance[]): Promise<void>
  /** Deletes up to `limit` counts that no window reaches any more. @returns whether there may be more */
  purge(limit: number): Promise<boolean>
}

/** The length of the window is part of the key: the same thing may be limited by the hour and by the day. */
const keyOf = ({ limit, of }: Allowance): string =>
  createHash('sha256').update(`${limit.name}/${limit.seconds}/${of}`).digest('base64url')

const ask = async (
  db: Db,
  name: 'take_allowances' | 'allowance_wait',
  allowances: readonly Allowance[],
): Promise<number> => {
  const { rows } = await db.query<{ seconds: number }>(
    `select app.${name}($1::text[], $2::integer[], $3::integer[]) as seconds`,
    [
      allowances.map(keyOf),
      allowances.map(({ limit }) => limit.max),
      allowances.map(({ limit }) => limit.seconds),
    ],
  )
  return onlyRow(rows).seconds
}

export const createRateLimitStore = (db: Db): RateLimitStore => ({
  take: (...allowances) => ask(db, 'take_allowances', allowances),
  wait: (...allowances) => ask(db, 'allowance_wait', allowances),
  async giveBack(...allowances) {
    await db.query(
      `update rate_limits r set count = count - 1
       from (select key, max(window_start) as window_start from rate_limits
             where key = any($1::text[]) and count > 0 group by key) newest
       where r.key = newest.key and r.window_start = newest.window_start`,
      [allowances.map(keyOf)],
    )
  },
  async purge(limit) {
    const { rowCount } = await db.query(
      `delete from rate_limits where (key, window_start) in (
         select key, window_start from rate_limits where expires_at <= app.now() limit $1 for update skip locked)`,
      [limit],
    )
    return rowCount === limit
  },
})
