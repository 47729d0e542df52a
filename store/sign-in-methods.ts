import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** An identity as its owner manages it. */
export interface LinkedIdentity {
  readonly id: string
  readonly provider: { readonly id: string; readonly name: string; readonly displayName: string }
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string }
  readonly subject: string
  /** The address that the provider last told. */
  readonly email: string | null
  readonly linkedAt: Date
  readonly lastUsedAt: Date
  /** Its provider signs people in now. */
  readonly usable: boolean
}

/** Everything by which somebody can sign in to an account. */
export interface SignInMethods {
  readonly identities: readonly LinkedIdentity[]
  /** Null where there is none. It counts only with a verified address to type beside it. */
  readonly password: { readonly changedAt: Date; readonly usable: boolean } | null
  readonly totp: { readonly since: Date; readonly recoveryCodesLeft: number } | null
}

export interface SignInMethodStore {
  list(userId: string): Promise<SignInMethods>
  /**
   * As `list`, and nobody changes them until the transaction ends: each change counts `users.methods_version` up, so whoever holds
   * the user's row holds its methods.
   * @returns null where the user is gone
   */
  lock(userId: string): Promise<SignInMethods | null>
  /** @returns false where the user has no such identity */
  unlink(userId: string, identityId: string): Promise<boolean>
}

interface IdentityRow {
  id: string
  provider_id: string
  provider_name: string
  provider_display_name: string
  organization_id: string
  organization_slug: string
  organization_name: string
  subject: string
  email: string | null
  created_at: Date
  last_verified_at: Date
  usable: boolean
}

const toIdentity = (row: IdentityRow): LinkedIdentity => ({
  id: row.id,
  provider: { id: row.provider_id, name: row.provider_name, displayName: row.provider_display_name },
  organization: { id: row.organization_id, slug: row.organization_slug, name: row.organization_name },
  subject: row.subject,
  email: row.email,
  linkedAt: row.created_at,
  lastUsedAt: row.last_verified_at,
  usable: row.usable,
})

export const createSignInMethodStore = (db: Db): SignInMethodStore => {
  const list = async (userId: string): Promise<SignInMethods> => {
    const identities = await db.query<IdentityRow>(
      `select i.id, p.id as provider_id, p.name as provider_name, p.display_name as provider_display_name,
         o.id as organization_id, o.slug as organization_slug, o.name as organization_name,
         i.subject, i.email, i.created_at, i.last_verified_at,
         p.status = 'enabled' and 'sign_in' = any(p.serves) as usable
       from identities i join providers p on p.id = i.provider_id join organizations o on o.id = p.organization_id
       where i.user_id = $1 order by i.id`,
      [userId],
    )
    const { rows } = await db.query<{
      password_changed_at: Date | null
      has_verified: boolean
      totp_since: Date | null
      recovery_codes: number
    }>(
      `select (select changed_at from user_passwords where user_id = $1) as password_changed_at,
         exists (select from user_emails where user_id = $1 and verified_at is not null) as has_verified,
         (select confirmed_at from user_totp where user_id = $1) as totp_since,
         (select count(*)::int from user_recovery_codes where user_id = $1 and used_at is null) as recovery_codes`,
      [userId],
    )
    const row = onlyRow(rows)
    return {
      identities: identities.rows.map(toIdentity),
      password:
        row.password_changed_at === null
          ? null
          : { changedAt: row.password_changed_at, usable: row.has_verified },
      totp: row.totp_since === null ? null : { since: row.totp_since, recoveryCodesLeft: row.recovery_codes },
    }
  }

  return {
    list,
    async lock(userId) {
      const { rowCount } = await db.query('select from users where id = $1 for update', [userId])
      return rowCount === 0 ? null : list(userId)
    },
    async unlink(userId, identityId) {
      const { rowCount } = await db.query('delete from identities where id = $1 and user_id = $2', [
        identityId,
        userId,
      ])
      return rowCount === 1
    },
  }
}
