import type { Db } from './pool.js'

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

export interface SealedValueStore {
  /** How many values each master key seals, and of what; reads every table that has some, so it is for people, not for probes. */
  count(): Promise<SealedValues[]>
}

const statement = sealedColumns
  .map(
    ([table, column, what]) =>
      `select rtrim(encode(substring(${column} from 1 for 16), 'escape')) as key_id, '${what}' as what, count(*)::int as count
       from ${table} where ${column} is not null group by 1`,
  )
  .join(' union all ')

export const createSealedValueStore = (db: Db): SealedValueStore => ({
  async count() {
    const { rows } = await db.query<{ key_id: string; what: string; count: number }>(
      `${statement} order by key_id, what`,
    )
    return rows.map(({ key_id, what, count }) => ({ keyId: key_id, what, count }))
  },
})
