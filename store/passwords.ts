import type { UserStatus } from '../domain/policy.js'
import type { Db } from './pool.js'

/** What decides whether somebody who types an address and a password is let in. */
interface PasswordAccount {
  readonly userId: string
  readonly status: UserStatus
  /** Of its sign-in methods, as they were when the hash was read (`users.methods_version`). */
  readonly methodsVersion: number
  /** As `clients/password-hash.ts` made it. */
  readonly hash: string
  /** The account asks for a second factor besides. */
  readonly hasTotp: boolean
}

export interface PasswordStore {
  find(userId: string): Promise<Omit<PasswordAccount, 'userId' | 'hasTotp'> | null>
  /**
   * The account with a password that an address leads to: its verified holder, else the only one that holds it unverified. The
   * address selects nobody; the password that is compared next does (spec: pipeline 2.1).
   */
  findByAddress(canonical: string): Promise<PasswordAccount | null>
  /**
   * The active account that holds an address as verified and is a member of the organization, or invited to it by that address: whom a
   * mailed code may reach. Null where there is none.
   */
  reachableHolder(
    canonical: string,
    organizationId: string,
  ): Promise<Pick<PasswordAccount, 'userId' | 'methodsVersion'> | null>
  /** Sets or changes it. Open proofs of the user are void then (`users.methods_version`). */
  set(userId: string, hash: string): Promise<void>
  /** @returns whether there was one */
  remove(userId: string): Promise<boolean>
}

export const createPasswordStore = (db: Db): PasswordStore => ({
  async find(userId) {
    const { rows } = await db.query<Omit<PasswordAccount, 'userId' | 'hasTotp'>>(
      `select p.hash, u.status, u.methods_version as "methodsVersion"
       from user_passwords p join users u on u.id = p.user_id where p.user_id = $1`,
      [userId],
    )
    return rows[0] ?? null
  },
  async findByAddress(canonical) {
    const { rows } = await db.query<{
      user_id: string
      status: UserStatus
      methods_version: number
      hash: string
      has_totp: boolean
      verified: boolean
    }>(
      `select p.user_id, u.status, u.methods_version, p.hash, e.verified_at is not null as verified,
         exists (select from user_totp t where t.user_id = p.user_id and t.confirmed_at is not null) as has_totp
       from user_emails e join users u on u.id = e.user_id join user_passwords p on p.user_id = e.user_id
       where e.canonical = $1 order by e.verified_at nulls last limit 2`,
      [canonical],
    )
    const [first, second] = rows
    if (first === undefined || (!first.verified && second !== undefined)) return null
    return {
      userId: first.user_id,
      status: first.status,
      methodsVersion: first.methods_version,
      hash: first.hash,
      hasTotp: first.has_totp,
    }
  },
  async reachableHolder(canonical, organizationId) {
    const { rows } = await db.query<Pick<PasswordAccount, 'userId' | 'methodsVersion'>>(
      `select e.user_id as "userId", u.methods_version as "methodsVersion" from user_emails e join users u on u.id = e.user_id
       where e.canonical = $1 and e.verified_at is not null and u.status = 'active' and (
         exists (select from organization_members m where m.organization_id = $2 and m.user_id = e.user_id)
         or exists (select from invitations i where i.organization_id = $2 and i.canonical_email = e.canonical and i.approved
                    and i.accepted_at is null and i.expires_at > app.now()))`,
      [canonical, organizationId],
    )
    return rows[0] ?? null
  },
  async set(userId, hash) {
    await db.query(
      `insert into user_passwords (user_id, hash) values ($1, $2)
       on conflict (user_id) do update set hash = excluded.hash, changed_at = app.now()`,
      [userId, hash],
    )
  },
  async remove(userId) {
    return (await db.query('delete from user_passwords where user_id = $1', [userId])).rowCount === 1
  },
})
