import type { Db } from './pool.js'

/** A user as a whole, at its end. */
export interface AccountStore {
  /** Names of the organizations whose only owner the user is while others are members. */
  organizationsWithoutOtherOwner(userId: string): Promise<string[]>
  /** As `organizationsWithoutOtherOwner`; of its organizations no owner goes beside the user until the transaction ends. */
  lockOtherOwners(userId: string): Promise<string[]>
  /**
   * Moves identities and memberships of a user to another one, who keeps the memberships it has. Violates
   * `identities_one_per_provider` where that one has an identity at the same provider.
   */
  moveTo(userId: string, toUserId: string): Promise<void>
  /** Deletes the user and all that belongs to it: addresses, methods, memberships, sessions, proofs, mails. */
  delete(userId: string): Promise<void>
}

export const createAccountStore = (db: Db): AccountStore => {
  const organizationsWithoutOtherOwner = async (userId: string): Promise<string[]> => {
    const { rows } = await db.query<{ name: string }>(
      `select o.name from organizations o join organization_members m on m.organization_id = o.id
       where m.user_id = $1 and m.role = 'owner'
         and not exists (select from organization_members x
                         where x.organization_id = o.id and x.user_id <> $1 and x.role = 'owner')
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
      await db.query(
        `insert into organization_members (organization_id, user_id, role, restricted, sso_linked)
       select organization_id, $2, role, restricted, true from organization_members where user_id = $1
       on conflict (organization_id, user_id) do update set sso_linked = true, sso_invalid = false`,
        [userId, toUserId],
      )
    },
    async delete(userId) {
      await db.query('delete from users where id = $1', [userId])
    },
  }
}
