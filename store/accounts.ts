import type { Role } from '../domain/policy.js'
import { rank } from './members.js'
import type { Db } from './pool.js'

/** What a membership that both accounts had got from the one that went. */
interface GainedMembership {
  readonly organizationId: string
  /** Null where it had that role, or a higher one. */
  readonly raisedTo: Role | null
  /** It waited for a seat, and took the other's. */
  readonly seated: boolean
}

/** A user as a whole, at its end. */
export interface AccountStore {
  /** Names of the organizations that no other owner can sign in to, while others are members. */
  organizationsWithoutOtherOwner(userId: string): Promise<string[]>
  /** As `organizationsWithoutOtherOwner`; of its organizations no owner goes, or is kept from signing in, beside the user until the transaction ends. */
  lockOtherOwners(userId: string): Promise<string[]>
  /**
   * Moves identities and memberships of a user to another one. Where both are members, that one ends with the higher role, and with a seat
   * if either has one. Nobody changes what the two are until the transaction ends, which it needs. Violates `identities_one_per_provider`
   * where that one has an identity at the same provider.
   * @returns memberships of that one that became more
   */
  moveTo(userId: string, toUserId: string): Promise<GainedMembership[]>
  /** Deletes the user and all that belongs to it: addresses, methods, memberships, sessions, proofs, mails. */
  delete(userId: string): Promise<void>
}

export const createAccountStore = (db: Db): AccountStore => {
  const organizationsWithoutOtherOwner = async (userId: string): Promise<string[]> => {
    const { rows } = await db.query<{ name: string }>(
      `select o.name from organizations o join organization_members m on m.organization_id = o.id
       where m.user_id = $1 and m.role = 'owner'
         and not exists (select from organization_members x join users u on u.id = x.user_id
                         where x.organization_id = o.id and x.user_id <> $1 and x.role = 'owner' and u.status = 'active')
         and exists (select from organization_members x where x.organization_id = o.id and x.user_id <> $1)
       order by o.name`,
      [userId],
    )
    return rows.map(({ name }) => name)
  }

  return {
    organizationsWithoutOtherOwner,
    async lockOtherOwners(userId) {
      // Whoever goes at the same time locks the same rows in the same order, and counts who is left after that.
      await db.query(
        `select from organization_members where role = 'owner' and organization_id in (
         select organization_id from organization_members where user_id = $1 and role = 'owner')
       order by organization_id, user_id for update`,
        [userId],
      )
      return organizationsWithoutOtherOwner(userId)
    },
    async moveTo(userId, toUserId) {
      await db.query('update identities set user_id = $2 where user_id = $1', [userId, toUserId])
      // As in `lockOtherOwners`, and first: a role that is raised at this moment is the one that is compared.
      await db.query(
        'select from organization_members where user_id in ($1, $2) order by organization_id, user_id for update',
        [userId, toUserId],
      )
      const { rows } = await db.query<{ organization_id: string; raised_to: Role | null; seated: boolean }>(
        `update organization_members m set
           role = case when ${rank('was.role')} < ${rank('moved.role')} then moved.role else was.role end,
           restricted = was.restricted and moved.restricted
         from organization_members moved join organization_members was on was.organization_id = moved.organization_id
         where moved.user_id = $1 and was.user_id = $2 and m.organization_id = was.organization_id and m.user_id = was.user_id
           and (${rank('was.role')} < ${rank('moved.role')} or was.restricted and not moved.restricted)
         returning m.organization_id, nullif(m.role, was.role) as raised_to, was.restricted and not m.restricted as seated`,
        [userId, toUserId],
      )
      await db.query(
        `insert into organization_members (organization_id, user_id, role, restricted, sso_linked)
       select organization_id, $2, role, restricted, true from organization_members where user_id = $1
       on conflict (organization_id, user_id) do update set sso_linked = true, sso_invalid = false`,
        [userId, toUserId],
      )
      return rows.map((row) => ({
        organizationId: row.organization_id,
        raisedTo: row.raised_to,
        seated: row.seated,
      }))
    },
    async delete(userId) {
      await db.query('delete from users where id = $1', [userId])
    },
  }
}
