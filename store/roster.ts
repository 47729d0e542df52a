import type { Role, UserStatus } from '../domain/policy.js'
import type { Db } from './pool.js'

/** A member as the people see it who run the organization. */
export interface Member {
  readonly userId: string
  readonly name: string
  /** The verified primary address, where there is one. */
  readonly email: string | null
  readonly role: Role
  readonly restricted: boolean
  readonly ssoLinked: boolean
  readonly ssoInvalid: boolean
  readonly createdAt: Date
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Cursor of the following page; null at the end. */
  readonly next: string | null
}

/** Who is in an organization, and as what: for those who run it. How somebody comes in is `members.ts`. */
export interface RosterStore {
  /** By user id. @param after the last user id of the page before */
  list(organizationId: string, limit: number, after: string | null): Promise<Page<Member>>
  /** Role of an active user; null for whoever is no member. */
  roleOf(organizationId: string, userId: string): Promise<Role | null>
  /** As `roleOf`, and unchanged by others until the transaction ends. */
  lockRole(organizationId: string, userId: string): Promise<Role | null>
  count(organizationId: string): Promise<{ readonly all: number; readonly restricted: number }>
  /**
   * Takes the identities of a provider, and the flags of those who have no other one in the organization.
   * @returns ids of whose they were
   */
  unlinkAll(
    organizationId: string,
    providerId: string,
  ): Promise<{
    readonly unlinked: readonly { readonly userId: string; readonly identityId: string }[]
    readonly unflagged: readonly string[]
  }>
}

export const createRosterStore = (db: Db): RosterStore => {
  const role = async (organizationId: string, userId: string, lock: '' | 'for update of m') => {
    const { rows } = await db.query<{ role: Role; status: UserStatus }>(
      `select m.role, u.status from organization_members m join users u on u.id = m.user_id
       where m.organization_id = $1 and m.user_id = $2 and u.status = 'active' ${lock}`,
      [organizationId, userId],
    )
    return rows[0]?.role ?? null
  }

  return {
    async list(organizationId, limit, after) {
      const { rows } = await db.query<{
        user_id: string
        name: string
        email: string | null
        role: Role
        restricted: boolean
        sso_linked: boolean
        sso_invalid: boolean
        created_at: Date
      }>(
        `select m.user_id, u.name, e.address as email, m.role, m.restricted, m.sso_linked, m.sso_invalid, m.created_at
         from organization_members m join users u on u.id = m.user_id
         left join user_emails e on e.user_id = u.id and e.is_primary and e.verified_at is not null
         where m.organization_id = $1 and ($2::uuid is null or m.user_id > $2) order by m.user_id limit $3`,
        [organizationId, after, limit + 1],
      )
      const items = rows.slice(0, limit).map((row) => ({
        userId: row.user_id,
        name: row.name,
        email: row.email,
        role: row.role,
        restricted: row.restricted,
        ssoLinked: row.sso_linked,
        ssoInvalid: row.sso_invalid,
        createdAt: row.created_at,
      }))
      return { items, next: rows.length > limit ? (items.at(-1)?.userId ?? null) : null }
    },
    roleOf: (organizationId, userId) => role(organizationId, userId, ''),
    lockRole: (organizationId, userId) => role(organizationId, userId, 'for update of m'),
    async count(organizationId) {
      const { rows } = await db.query<{ all: number; restricted: number }>(
        `select count(*)::int as all, (count(*) filter (where restricted))::int as restricted
         from organization_members where organization_id = $1`,
        [organizationId],
      )
      return rows[0] ?? { all: 0, restricted: 0 }
    },
    async unlinkAll(organizationId, providerId) {
      const { rows } = await db.query<{ id: string; user_id: string }>(
        'delete from identities where provider_id = $1 returning id, user_id',
        [providerId],
      )
      const unflagged = await db.query<{ user_id: string }>(
        `update organization_members m set sso_linked = false, sso_invalid = false
         where m.organization_id = $1 and (m.sso_linked or m.sso_invalid) and not exists (
           select from identities i join providers p on p.id = i.provider_id
           where i.user_id = m.user_id and p.organization_id = m.organization_id) returning m.user_id`,
        [organizationId],
      )
      return {
        unlinked: rows.map((row) => ({ userId: row.user_id, identityId: row.id })),
        unflagged: unflagged.rows.map((row) => row.user_id),
      }
    },
  }
}
