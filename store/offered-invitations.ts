import type { Role } from '../domain/policy.js'
import { rank } from './members.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** An open invitation that a confirmed address of the user answers, and that gives more than the user has in that organization. */
export interface OfferedInvitation {
  readonly id: string
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string }
  readonly role: Role
  readonly expiresAt: Date
}

export interface OfferedInvitationStore {
  list(userId: string): Promise<OfferedInvitation[]>
  /**
   * Uses the invitation up and makes the user a member with its role, restricted where every seat is taken; seats are counted
   * under a lock on the organization. Who is a member gets the role, and keeps everything else.
   * @returns null where it is not offered to this user
   */
  accept(userId: string, invitationId: string): Promise<AcceptedInvitation | null>
}

export interface AcceptedInvitation extends OfferedInvitation {
  readonly restricted: boolean
  /** Whether the user was no member before. */
  readonly joined: boolean
}

const offered = `
  select i.id, o.id as organization_id, o.slug, o.name, i.role, i.expires_at
  from invitations i join organizations o on o.id = i.organization_id
  where i.approved and i.accepted_at is null and i.expires_at > app.now()
    and exists (select from user_emails e where e.canonical = i.canonical_email and e.user_id = $1 and e.verified_at is not null)
    and not exists (select from organization_members m where m.organization_id = i.organization_id and m.user_id = $1
                      and ${rank('m.role')} >= ${rank('i.role')})`

interface Row {
  id: string
  organization_id: string
  slug: string
  name: string
  role: Role
  expires_at: Date
}

const toInvitation = (row: Row): OfferedInvitation => ({
  id: row.id,
  organization: { id: row.organization_id, slug: row.slug, name: row.name },
  role: row.role,
  expiresAt: row.expires_at,
})

export const createOfferedInvitationStore = (db: Db): OfferedInvitationStore => ({
  async list(userId) {
    const { rows } = await db.query<Row>(`${offered} order by o.name, i.id`, [userId])
    return rows.map(toInvitation)
  },
  async accept(userId, invitationId) {
    const { rows } = await db.query<Row>(`${offered} and i.id = $2 for update of i`, [userId, invitationId])
    const [row] = rows
    if (row === undefined) return null
    const seats = await db.query<{ seat_limit: number | null }>(
      'select seat_limit from organizations where id = $1 for no key update',
      [row.organization_id],
    )
    const former = await db.query(
      'select from organization_members where organization_id = $1 and user_id = $2 for update',
      [row.organization_id, userId],
    )
    const member = await db.query<{ restricted: boolean }>(
      `insert into organization_members as m (organization_id, user_id, role, restricted)
       select $1, $2, $3, $4::integer is not null and $4 <= (
         select count(*) from organization_members where organization_id = $1 and not restricted)
       on conflict (organization_id, user_id) do update set
         role = case when ${rank('m.role')} < ${rank('excluded.role')} then excluded.role else m.role end
       returning restricted`,
      [row.organization_id, userId, row.role, onlyRow(seats.rows).seat_limit],
    )
    await db.query(
      'update invitations set accepted_at = app.now(), accepted_by = $2, sealed_token = null where id = $1',
      [row.id, userId],
    )
    return {
      ...toInvitation(row),
      restricted: onlyRow(member.rows).restricted,
      joined: former.rows.length === 0,
    }
  },
})
