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

interface MailedInvitation {
  readonly id: string
  /** Null once it has been accepted or has expired: nothing is to be mailed any more. */
  readonly sealedToken: Buffer | null
  readonly accepted: boolean
  readonly expired: boolean
  readonly expiresAt: Date
}

export interface InvitationStore {
  /** Those that are open, oldest first. */
  list(organizationId: string, limit: number, after: string | null): Promise<Page<Invitation>>
  /** Invites an address for 30 days; an invitation or a request that is open for it is replaced. */
  invite(organizationId: string, email: EmailAddress, role: Role): Promise<Invitation>
  /** Gives an open invitation its token, in place of an earlier one. @param token its hash, and itself sealed for `invitation` */
  setToken(id: string, token: { readonly hash: Buffer; readonly sealed: Buffer }): Promise<void>
  /** One that has a token; null where it was taken back. */
  findMailed(id: string): Promise<MailedInvitation | null>
  /** Takes an open invitation back. @returns whether there was one */
  revoke(organizationId: string, id: string): Promise<boolean>
  /** Takes back all open invitations to own an organization. */
  revokeOwners(organizationId: string): Promise<void>
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
  async setToken(id, { hash, sealed }) {
    await db.query(
      'update invitations set token_hash = $2, sealed_token = $3 where id = $1 and accepted_at is null',
      [id, hash, sealed],
    )
  },
  async findMailed(id) {
    const { rows } = await db.query<{
      id: string
      sealed_token: Buffer | null
      accepted: boolean
      expired: boolean
      expires_at: Date
    }>(
      `select id, sealed_token, accepted_at is not null as accepted, expires_at <= app.now() as expired, expires_at
       from invitations where id = $1 and token_hash is not null`,
      [id],
    )
    const [row] = rows
    return row === undefined
      ? null
      : {
          id: row.id,
          sealedToken: row.sealed_token,
          accepted: row.accepted,
          expired: row.expired,
          expiresAt: row.expires_at,
        }
  },
  async revoke(organizationId, id) {
    const { rowCount } = await db.query(
      'delete from invitations where organization_id = $1 and id = $2 and accepted_at is null',
      [organizationId, id],
    )
    return rowCount === 1
  },
  async revokeOwners(organizationId) {
    await db.query(
      `delete from invitations where organization_id = $1 and role = 'owner' and approved and accepted_at is null`,
      [organizationId],
    )
  },
})
