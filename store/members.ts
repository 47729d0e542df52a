import { roles } from '../domain/policy.js'
import type { Admission, MembershipFacts, Role } from '../domain/policy.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** What decides whether a user comes into the organization of a provider, and as what. */
export interface Membership extends MembershipFacts {
  /** A member that waits for a seat. */
  readonly isRestricted: boolean
}

export interface MemberStore {
  /**
   * What decides whether this user comes into the organization of the provider.
   * @param invitationId the invitation whose token the browser brought, if any: it counts whatever the user's address is
   */
  facts(userId: string, providerId: string, invitationId: string | null): Promise<Membership>
  /**
   * The same for who is about to join: an invitation among them is still open, and no other transaction accepts it or takes it back
   * until this one ends, so that one invitation lets one person in.
   */
  lockFacts(userId: string, providerId: string, invitationId: string | null): Promise<Membership>
  /** Whether a seat is free; nobody else is counted in until the transaction ends. */
  lockSeats(organizationId: string): Promise<boolean>
  /**
   * Makes the user a member, restricted where every seat is taken, or links the membership that it has, whose role and other
   * flags stay. A role of `unchanged` needs one.
   * @returns whether the membership is restricted
   */
  ensure(userId: string, organizationId: string, role: Role | 'unchanged'): Promise<boolean>
  /** Gives a member that waits for a seat one, where one is free. @returns whether it did; seats are locked as by `lockSeats` then */
  takeSeat(userId: string, organizationId: string): Promise<boolean>
  /**
   * Gives the seats that are free to those who wait, the oldest member first. Whoever signs in at this moment is passed over, and takes
   * one there. @returns the users who got one
   */
  giveSeats(organizationId: string): Promise<string[]>
  /**
   * Uses up the open invitation whose token a member brought, and gives the member its role where that is higher; a role is never lowered.
   * @returns null where it is not open any more, else the role that the member got by it, if any
   */
  takeInvitation(
    userId: string,
    organizationId: string,
    invitationId: string,
  ): Promise<{ readonly raisedTo: Role | null } | null>
  /** Whether the user is a member that waits for a seat. */
  /**
   * Uses up the open invitation that the user answers, by its token or by a verified address, and removes the unapproved requests that
   * a verified address of the user made: membership has replaced them. @returns the invitation's id
   */
  acceptInvitation(
    userId: string,
    organizationId: string,
    invitationId: string | null,
  ): Promise<string | null>
}

/** How much a role may do, as a number that compares. */
export const rank = (role: string): string =>
  `array_position(array[${roles.map((name) => `'${name}'`).join(', ')}], ${role})`

/** The open invitation of an organization that the user answers: the one of the token, else the oldest to a verified address. */
export const openInvitation = (user: string, organization: string, invitation: string): string => `
  select i.id, i.role from invitations i
  where i.organization_id = ${organization} and i.approved and i.accepted_at is null and i.expires_at > app.now()
    and (i.id = ${invitation} or exists (
      select from user_emails e where e.canonical = i.canonical_email and e.user_id = ${user} and e.verified_at is not null))
  order by coalesce(i.id = ${invitation}, false) desc, i.created_at, i.id limit 1`

/** Condition on invitations i: an unapproved request of this user. */
export const isRequestOf = (user: string, organization: string): string => `
  i.organization_id = ${organization} and not i.approved and exists (
    select from user_emails e where e.canonical = i.canonical_email and e.user_id = ${user} and e.verified_at is not null)`

/** Facts of membership for user $user under provider p, as columns. */
export const membershipColumns = (user: string, invitation: string): string => `
  p.admission, p.default_role, 'join' = any(p.serves) as joins,
  exists (select from organization_members m where m.organization_id = p.organization_id and m.user_id = ${user}) as is_member,
  exists (select from organization_members m
          where m.organization_id = p.organization_id and m.user_id = ${user} and m.restricted) as is_restricted,
  (select role from (${openInvitation(user, 'p.organization_id', invitation)}) i) as invited_as,
  exists (select from user_emails e join domains d on d.name = split_part(e.canonical, '@', 2)
          where e.user_id = ${user} and e.verified_at is not null and d.organization_id = p.organization_id
            and d.provider_id is null) as in_proved_domain`

export interface MembershipRow {
  admission: Admission
  default_role: Role
  joins: boolean
  is_member: boolean
  is_restricted: boolean
  invited_as: Role | null
  in_proved_domain: boolean
}

export const toMembership = (row: MembershipRow): Membership => ({
  isMember: row.is_member,
  isRestricted: row.is_restricted,
  joins: row.joins,
  admission: row.admission,
  defaultRole: row.default_role,
  invitedAs: row.invited_as,
  inProvedDomain: row.in_proved_domain,
})

/** Whether a user is a member who waits for a seat. */
export const isRestricted = (organizationId: string, userId: string): string =>
  `exists (select from organization_members m where m.organization_id = ${organizationId} and m.user_id = ${userId} and m.restricted)`

export const createMemberStore = (db: Db): MemberStore => {
  /** How many seats are free; null where there is no limit. */
  const lockFreeSeats = async (organizationId: string): Promise<number | null> => {
    // Two statements: one would count with what it saw before it waited for the lock. Without a limit nothing is locked, and
    // people of one organization do not wait for each other.
    const { rows } = await db.query<{ seat_limit: number }>(
      'select seat_limit from organizations where id = $1 and seat_limit is not null for no key update',
      [organizationId],
    )
    const [limited] = rows
    if (limited === undefined) return null
    const counted = await db.query<{ taken: number }>(
      'select count(*)::int as taken from organization_members where organization_id = $1 and not restricted',
      [organizationId],
    )
    return Math.max(0, limited.seat_limit - onlyRow(counted.rows).taken)
  }
  const lockSeats = async (organizationId: string): Promise<boolean> =>
    (await lockFreeSeats(organizationId)) !== 0
  const waitsForSeat = async (userId: string, organizationId: string): Promise<boolean> => {
    const { rows } = await db.query(
      'select from organization_members where organization_id = $1 and user_id = $2 and restricted',
      [organizationId, userId],
    )
    return rows.length > 0
  }

  const facts: MemberStore['facts'] = async (userId, providerId, invitationId) => {
    const { rows } = await db.query<MembershipRow>(
      `select ${membershipColumns('$1', '$3::uuid')} from providers p where p.id = $2`,
      [userId, providerId, invitationId],
    )
    return toMembership(onlyRow(rows))
  }

  return {
    facts,
    async lockFacts(userId, providerId, invitationId) {
      // Two statements: after it waited for the lock, the first one knows what became of the invitation, and only of that.
      const organization = '(select organization_id from providers where id = $2)'
      const { rows } = await db.query<{ role: Role }>(
        `${openInvitation('$1', organization, '$3::uuid')} for update of i`,
        [userId, providerId, invitationId],
      )
      return { ...(await facts(userId, providerId, invitationId)), invitedAs: rows[0]?.role ?? null }
    },
    lockSeats,
    async ensure(userId, organizationId, role) {
      const { rows } =
        role === 'unchanged'
          ? await db.query<{ restricted: boolean }>(
              `update organization_members set sso_linked = true, sso_invalid = false where organization_id = $1 and user_id = $2
               returning restricted`,
              [organizationId, userId],
            )
          : await db.query<{ restricted: boolean }>(
              `insert into organization_members (organization_id, user_id, role, restricted, sso_linked) values ($1, $2, $3, $4, true)
               on conflict (organization_id, user_id) do update set sso_linked = true, sso_invalid = false
               returning restricted`,
              [organizationId, userId, role, !(await lockSeats(organizationId))],
            )
      return rows[0]?.restricted ?? false
    },
    async takeInvitation(userId, organizationId, invitationId) {
      const { rows } = await db.query<{ raised_to: Role | null }>(
        `with used as (
           update invitations set accepted_at = app.now(), accepted_by = $1, sealed_token = null
           where id = $3 and organization_id = $2 and approved and accepted_at is null and expires_at > app.now()
             and exists (select from organization_members where organization_id = $2 and user_id = $1)
           returning role
         ), raised as (
           update organization_members m set role = used.role from used
           where m.organization_id = $2 and m.user_id = $1 and ${rank('m.role')} < ${rank('used.role')} returning m.role
         )
         select (select role from raised) as raised_to from used`,
        [userId, organizationId, invitationId],
      )
      const [used] = rows
      return used === undefined ? null : { raisedTo: used.raised_to }
    },
    async takeSeat(userId, organizationId) {
      if (!(await waitsForSeat(userId, organizationId)) || !(await lockSeats(organizationId))) return false
      const { rowCount } = await db.query(
        'update organization_members set restricted = false where organization_id = $1 and user_id = $2 and restricted',
        [organizationId, userId],
      )
      return rowCount === 1
    },
    async giveSeats(organizationId) {
      const { rows } = await db.query<{ user_id: string }>(
        `with waiting as (
           select user_id from organization_members where organization_id = $1 and restricted
           order by created_at, user_id limit $2 for update skip locked
         )
         update organization_members m set restricted = false from waiting
         where m.organization_id = $1 and m.user_id = waiting.user_id returning m.user_id`,
        [organizationId, await lockFreeSeats(organizationId)],
      )
      return rows.map((row) => row.user_id)
    },
    async acceptInvitation(userId, organizationId, invitationId) {
      const { rows } = await db.query<{ id: string }>(
        `with replaced as (delete from invitations i where ${isRequestOf('$1', '$2')})
         update invitations set accepted_at = app.now(), accepted_by = $1, sealed_token = null
         where id = (select id from (${openInvitation('$1', '$2', '$3::uuid')}) i) and accepted_at is null returning id`,
        [userId, organizationId, invitationId],
      )
      return rows[0]?.id ?? null
    },
  }
}
