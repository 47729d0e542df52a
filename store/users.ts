import { confirmationHours } from '../domain/confirmation-token.js'
import type { EmailAddress } from '../domain/email-address.js'
import type { UserStatus } from '../domain/policy.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

interface NewUser {
  readonly name: string
  readonly locale: string
  readonly email: EmailAddress | null
  /** The address counts as proved from the first moment (spec: pipeline 3, "trust for an address"). */
  readonly emailVerified: boolean
}

export interface UserEmail {
  readonly id: string
  readonly userId: string
  readonly address: string
  readonly canonical: string
  readonly isPrimary: boolean
  readonly verified: boolean
  /** What a confirmation link of this address is made from; null until one was drawn. */
  readonly confirmation: { readonly nonce: string; readonly issuedAt: Date; readonly expired: boolean } | null
}

interface LockedUser {
  readonly id: string
  readonly name: string
  readonly status: UserStatus
  /** Counts changes of the user's sign-in methods and addresses. */
  readonly methodsVersion: number
}

export interface UserStore {
  /** A user without password, with at most one address, which is its primary one. */
  create(user: NewUser): Promise<{ id: string }>
  find(userId: string): Promise<{ id: string; name: string; status: UserStatus } | null>
  /** As `find`, and nobody else changes it until the transaction ends. */
  lock(userId: string): Promise<LockedUser | null>
  setStatus(userId: string, status: UserStatus): Promise<void>
  /**
   * The active user that holds the address as verified, who may be asked to prove it; null where nobody does. Whether the address is free
   * is another question: `addresses.holderOf`.
   */
  verifiedHolder(canonical: string): Promise<string | null>
  listEmails(userId: string): Promise<UserEmail[]>
  findEmail(emailId: string): Promise<UserEmail | null>
  /** Slug of the organization that the owner of an address first came to; null where there is none. */
  organizationOfEmail(emailId: string): Promise<string | null>
  /** As it is now, and unchanged by others until the transaction ends. */
  lockEmail(emailId: string): Promise<UserEmail | null>
  /** Puts another, unverified address in the place of one. @returns its id */
  replaceEmail(emailId: string, by: EmailAddress): Promise<string>
  deleteEmail(emailId: string): Promise<void>
  /** Gives the address a new nonce and the present time: links drawn before are void. */
  setConfirmationNonce(emailId: string, nonce: Buffer): Promise<void>
  /** Violates `user_emails_verified_holder` where another user holds the address as verified. */
  markVerified(emailId: string): Promise<void>
  /** Takes the address from every user that held it unverified (spec: pipeline 3, "Commit: create" 5). @returns whose it was */
  dropUnverifiedCopies(canonical: string, exceptUserId: string): Promise<string[]>
}

interface EmailRow {
  id: string
  user_id: string
  address: string
  canonical: string
  is_primary: boolean
  verified: boolean
  nonce: string | null
  issued_at: Date | null
  expired: boolean | null
}

const emailColumns = `
  id, user_id, address, canonical, is_primary, verified_at is not null as verified,
  translate(encode(confirmation_nonce, 'base64'), '+/=', '-_') as nonce, confirmation_issued_at as issued_at,
  confirmation_issued_at <= app.now() - interval '${confirmationHours} hours' as expired`

const toEmail = (row: EmailRow): UserEmail => ({
  id: row.id,
  userId: row.user_id,
  address: row.address,
  canonical: row.canonical,
  isPrimary: row.is_primary,
  verified: row.verified,
  confirmation:
    row.nonce === null || row.issued_at === null
      ? null
      : { nonce: row.nonce, issuedAt: row.issued_at, expired: row.expired === true },
})

const oneEmail = async (db: Db, emailId: string, lock: '' | 'for update'): Promise<UserEmail | null> => {
  const { rows } = await db.query<EmailRow>(`select ${emailColumns} from user_emails where id = $1 ${lock}`, [
    emailId,
  ])
  return rows[0] === undefined ? null : toEmail(rows[0])
}

export const createUserStore = (db: Db): UserStore => {
  return {
    async create(user) {
      const { rows } = await db.query<{ id: string }>(
        `with u as (insert into users (name, locale) values ($1, $2) returning id),
       e as (insert into user_emails (user_id, address, canonical, is_primary, verified_at)
             select id, $3, $4, true, case when $5 then app.now() end from u where $3::text is not null)
       select id from u`,
        [
          user.name,
          user.locale,
          user.email?.address ?? null,
          user.email?.canonical ?? null,
          user.emailVerified,
        ],
      )
      return onlyRow(rows)
    },
    async find(userId) {
      const { rows } = await db.query<{ id: string; name: string; status: UserStatus }>(
        'select id, name, status from users where id = $1',
        [userId],
      )
      return rows[0] ?? null
    },
    async lock(userId) {
      const { rows } = await db.query<LockedUser>(
        'select id, name, status, methods_version as "methodsVersion" from users where id = $1 for no key update',
        [userId],
      )
      return rows[0] ?? null
    },
    async setStatus(userId, status) {
      await db.query('update users set status = $2 where id = $1', [userId, status])
    },
    async verifiedHolder(canonical) {
      const { rows } = await db.query<{ user_id: string }>(
        `select e.user_id from user_emails e join users u on u.id = e.user_id
         where e.canonical = $1 and e.verified_at is not null and u.status = 'active'`,
        [canonical],
      )
      return rows[0]?.user_id ?? null
    },
    async listEmails(userId) {
      const { rows } = await db.query<EmailRow>(
        `select ${emailColumns} from user_emails where user_id = $1 order by is_primary desc, id`,
        [userId],
      )
      return rows.map(toEmail)
    },
    async organizationOfEmail(emailId) {
      const { rows } = await db.query<{ slug: string }>(
        `select o.slug from user_emails e join organization_members m on m.user_id = e.user_id
       join organizations o on o.id = m.organization_id where e.id = $1 order by m.created_at limit 1`,
        [emailId],
      )
      return rows[0]?.slug ?? null
    },
    findEmail: (emailId) => oneEmail(db, emailId, ''),
    lockEmail: (emailId) => oneEmail(db, emailId, 'for update'),
    async setConfirmationNonce(emailId, nonce) {
      // Milliseconds, because the hash of a link covers the time as JavaScript reads it.
      await db.query(
        `update user_emails set confirmation_nonce = $2, confirmation_issued_at = date_trunc('milliseconds', app.now())
       where id = $1`,
        [emailId, nonce],
      )
    },
    async replaceEmail(emailId, by) {
      const { rows } = await db.query<{ user_id: string; was_primary: boolean }>(
        `update user_emails e set is_primary = false from user_emails old
       where e.id = $1 and old.id = e.id returning e.user_id, old.is_primary as was_primary`,
        [emailId],
      )
      const former = onlyRow(rows)
      const inserted = await db.query<{ id: string }>(
        'insert into user_emails (user_id, address, canonical, is_primary) values ($1, $2, $3, $4) returning id',
        [former.user_id, by.address, by.canonical, former.was_primary],
      )
      return onlyRow(inserted.rows).id
    },
    async deleteEmail(emailId) {
      await db.query('delete from user_emails where id = $1', [emailId])
    },
    async markVerified(emailId) {
      await db.query('update user_emails set verified_at = app.now() where id = $1 and verified_at is null', [
        emailId,
      ])
    },
    async dropUnverifiedCopies(canonical, exceptUserId) {
      const { rows } = await db.query<{ user_id: string }>(
        `delete from user_emails where canonical = $1 and verified_at is null and user_id <> $2 returning user_id`,
        [canonical, exceptUserId],
      )
      return rows.map((row) => row.user_id)
    },
  }
}
