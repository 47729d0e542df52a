import type { EmailAddress } from '../domain/email-address.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** Addresses as their owner manages them; `store/users.ts` reads and verifies them. */
export interface AddressStore {
  /** An unverified address, primary where it is the only one. Violates `user_emails_once` where the user has it already. */
  add(userId: string, email: EmailAddress): Promise<{ id: string }>
  /** The user who holds an address as verified, whatever became of that user; null where nobody does. */
  holderOf(canonical: string): Promise<{ userId: string; emailId: string } | null>
  /** Makes a verified address of the user its primary one; false where it is none. */
  makePrimary(userId: string, emailId: string): Promise<boolean>
  /** Id of the verified primary address, to which notices go; null where there is none. */
  noticeAddress(userId: string): Promise<string | null>
}

export const createAddressStore = (db: Db): AddressStore => ({
  async add(userId, { address, canonical }) {
    const { rows } = await db.query<{ id: string }>(
      `insert into user_emails (user_id, address, canonical, is_primary)
       values ($1, $2, $3, not exists (select from user_emails where user_id = $1 and is_primary)) returning id`,
      [userId, address, canonical],
    )
    return onlyRow(rows)
  },
  async holderOf(canonical) {
    const { rows } = await db.query<{ user_id: string; id: string }>(
      'select user_id, id from user_emails where canonical = $1 and verified_at is not null',
      [canonical],
    )
    return rows[0] === undefined ? null : { userId: rows[0].user_id, emailId: rows[0].id }
  },
  async makePrimary(userId, emailId) {
    const { rows } = await db.query(
      'select from user_emails where id = $2 and user_id = $1 and verified_at is not null for update',
      [userId, emailId],
    )
    if (rows.length === 0) return false
    // Two statements: the index that allows one primary address looks at each row as it changes.
    await db.query(
      'update user_emails set is_primary = false where user_id = $1 and is_primary and id <> $2',
      [userId, emailId],
    )
    await db.query('update user_emails set is_primary = true where id = $1 and not is_primary', [emailId])
    return true
  },
  async noticeAddress(userId) {
    const { rows } = await db.query<{ id: string }>(
      `select id from user_emails where user_id = $1 and verified_at is not null order by is_primary desc, id limit 1`,
      [userId],
    )
    return rows[0]?.id ?? null
  },
})
