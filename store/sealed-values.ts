import type { Db } from './pool.js'
import { isUnavailable } from './unavailable.js'

/** Every column whose values are sealed under a key of `APP_KEYS`, with what it holds. */
export const sealedColumns = [
  ['attempts', 'claims', 'claims of sign-ins'],
  ['attempts', 'email', 'addresses of sign-ins'],
  ['attempts', 'provider_request', 'sign-ins at a provider'],
  ['decisions', 'input', 'decisions'],
  ['idempotency_keys', 'answer', 'kept answers'],
  ['invitations', 'sealed_token', 'invitations'],
  ['mail_messages', 'recipient', 'recipients of mails'],
  ['providers', 'client_secret', 'client secrets'],
  ['signing_keys', 'private_key', 'signing keys'],
  ['user_totp', 'secret', 'authenticators'],
] as const

interface SealedValues {
  /** Of the master key, whose id is the first 16 bytes of what it sealed. */
  readonly keyId: string
  readonly what: string
  readonly count: number
}

interface SealedCount {
  readonly counted: readonly SealedValues[]
  /** What is in tables that cannot be read in the time that a statement has. */
  readonly uncounted: readonly string[]
}

export interface SealedValueStore {
  /** How many values each master key seals, and of what; reads every table that has some, so it is for people, not for probes. */
  count(): Promise<SealedCount>
}

const tables = [...new Set(sealedColumns.map(([table]) => table))].map((table) => {
  const columns = sealedColumns.filter(([of]) => of === table)
  return {
    holds: columns.map(([, , what]) => what),
    statement: `
      select v.what, rtrim(encode(substring(v.sealed from 1 for 16), 'escape')) as key_id, count(*)::int as count
      from ${table}, lateral (values ${columns.map(([, column, what]) => `('${what}', ${column})`).join(', ')}) v(what, sealed)
      where v.sealed is not null group by 1, 2 order by 2, 1`,
  }
})

export const createSealedValueStore = (db: Db): SealedValueStore => ({
  async count() {
    const counted: SealedValues[] = []
    const uncounted: string[] = []
    for (const { holds, statement } of tables) {
      try {
        const { rows } = await db.query<{ key_id: string; what: string; count: number }>(statement)
        counted.push(...rows.map(({ key_id, what, count }) => ({ keyId: key_id, what, count })))
      } catch (error) {
        if (!isUnavailable(error)) throw error
        uncounted.push(...holds)
      }
    }
    return { counted, uncounted }
  },
})
