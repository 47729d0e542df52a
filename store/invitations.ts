import type { EmailAddress } from '../domain/email-address.js'
import type { Role } from '../domain/policy.js'
import type { Page } from './roster.js'
import type { Db } from './pool.js'

/** Somebody who may join, and as what. An unapproved one is a request that nobody has decided on. */
export interface Invitation {
  readonly id: string
  /** In its canonical form. */
  readonly email: string
  readonly role: Role
  readonly approved: boolean
  readonly expiresAt: Date
}

export interface InvitationStore {
  /** Those that are open, oldest first. */
  list(organizationId: string, limit: number, after: string | null): Promise<Page<Invitation>>
  /** Invites an address for 30 days; an invitation or a request that is open for it is replaced. */
  invite(organizationId: string, email: EmailAddress, role: Role): Promise<Invitation>
  /** Takes an open invitation back. @returns whether there was one */
  revoke(organizationId: string, id: string): Promise<boolean>
}

interface Row {
  id: string
  canonical_email: string
  role: Role
  approved: boolean
  expires_at: Date
}

const columns = 'id, canonical_email, role, approved, expires_at'

const toInvitation = (row: Row): Invitation => ({
  id: row.id,
  email: row.canonical_email,
  role: row.role,
  approved: row.approved,
  expiresAt: row.expires_at,
})

export const createInvitationStore = (db: Db): InvitationStore => ({
  async list(organizationId, limit, after) {
    const { rows } = await db.query<Row>(
      `select ${columns} from invitations
       where organization_id = $1 and accepted_at is null and expires_at > app.now() and ($2::uuid is null or id > $2)
       order by id limit $3`,
      [organizationId, after, limit + 1],
    )
    const items = rows.slice(0, limit).map(toInvitation)
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  },
  async invite(organizationId, { canonical }, role) {
    const { rows } = await db.query<Row>(
      `insert into invitations (organization_id, canonical_email, role, expires_at)
       values ($1, $2, $3, app.now() + interval '30 days')
       on conflict (organization_id, canonical_email) where accepted_at is null do update set
         role = excluded.role, approved = true, expires_at = excluded.expires_at
       returning ${columns}`,
      [organizationId, canonical, role],
    )
    const [row] = rows
    if (row === undefined) throw new Error('an invitation that was written is gone')
    return toInvitation(row)
  },
  async revoke(organizationId, id) {
    const { rowCount } = await db.query(
      'delete from invitations where organization_id = $1 and id = $2 and accepted_at is null',
      [organizationId, id],
    )
    return rowCount === 1
  },
})
