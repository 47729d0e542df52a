import type { IdentityClaims } from '../domain/identity-claims.js'
import type { UserStatus } from '../domain/policy.js'
import { membershipColumns, toMembership } from './members.js'
import type { Membership, MembershipRow } from './members.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** The owner of an identity and what decides whether it may sign in. */
export interface IdentityOwner {
  readonly identityId: string
  readonly userId: string
  readonly status: UserStatus
  /** Of its sign-in methods (`users.methods_version`). */
  readonly methodsVersion: number
  /** The account asks for a second factor. */
  readonly hasTotp: boolean
  readonly membership: Membership
}

/** An identity as its owner may see it. */
export interface OwnIdentity {
  readonly id: string
  readonly subject: string
  readonly email: string | null
  readonly name: string
}

export interface IdentityStore {
  /**
   * (provider, issuer, subject) selects an account; an address never does (spec: pipeline 2.1).
   * @param invitationId as in `MemberStore.facts`
   */
  findOwner(
    providerId: string,
    issuer: string,
    subject: string,
    invitationId?: string | null,
  ): Promise<IdentityOwner | null>
  /** The identity that a user has at a provider. */
  findOfUser(userId: string, providerId: string): Promise<OwnIdentity | null>
  /** The identities of a user that stand where another one has identities too: at the same providers. */
  listBeside(userId: string, otherUserId: string): Promise<OwnIdentity[]>
  /** Violates `identities_one_owner` where the identity has an owner, `identities_one_per_provider` where the user has another. */
  create(userId: string, providerId: string, claims: IdentityClaims): Promise<{ id: string }>
  /** Takes over what the provider says of a person now: profile copy and time. @returns which of it is new, as `changedCopy` */
  refresh(identityId: string, claims: IdentityClaims): Promise<readonly string[]>
  /** Gives the row another issuer and subject. Violates `identities_one_owner` where that identity has an owner. */
  replace(identityId: string, claims: IdentityClaims): Promise<void>
  /** Gives the row the subject that its provider calls the same person by now; false where another one did so before. */
  rewriteSubject(identityId: string, from: string, to: string): Promise<boolean>
  remove(identityId: string): Promise<void>
}

/**
 * The names of what is new in a profile copy, for the audit, which holds none of the values.
 * @param former the row as it was
 * @param values the parameters of address, whether it is verified, and name
 */
export const changedCopy = (
  former: string,
  ...[email, emailVerified, name]: readonly [string, string, string]
): string =>
  `array_remove(array[
    case when ${former}.email is distinct from ${email}::text then 'email' end,
    case when ${former}.email_verified is distinct from ${emailVerified}::boolean then 'email_verified' end,
    case when ${former}.name is distinct from ${name}::text then 'name' end], null)`

type OwnerRow = MembershipRow & {
  identity_id: string
  user_id: string
  status: UserStatus
  methods_version: number
  has_totp: boolean
}

export const createIdentityStore = (db: Db): IdentityStore => ({
  async findOwner(providerId, issuer, subject, invitationId = null) {
    const { rows } = await db.query<OwnerRow>(
      `select i.id as identity_id, u.id as user_id, u.status, u.methods_version,
         exists (select from user_totp t where t.user_id = u.id and t.confirmed_at is not null) as has_totp,
         ${membershipColumns('u.id', '$4::uuid')}
       from identities i join users u on u.id = i.user_id join providers p on p.id = i.provider_id
       where i.provider_id = $1 and i.issuer = $2 and i.subject = $3`,
      [providerId, issuer, subject, invitationId],
    )
    const [row] = rows
    if (row === undefined) return null
    return {
      identityId: row.identity_id,
      userId: row.user_id,
      status: row.status,
      methodsVersion: row.methods_version,
      hasTotp: row.has_totp,
      membership: toMembership(row),
    }
  },
  async findOfUser(userId, providerId) {
    const { rows } = await db.query<OwnIdentity>(
      'select id, subject, email, name from identities where user_id = $1 and provider_id = $2',
      [userId, providerId],
    )
    return rows[0] ?? null
  },
  async listBeside(userId, otherUserId) {
    const { rows } = await db.query<OwnIdentity>(
      `select i.id, i.subject, i.email, i.name from identities i join identities other on other.provider_id = i.provider_id
       where i.user_id = $1 and other.user_id = $2 order by i.id`,
      [userId, otherUserId],
    )
    return rows
  },
  async create(userId, providerId, claims) {
    const { rows } = await db.query<{ id: string }>(
      `insert into identities (user_id, provider_id, issuer, subject, email, email_verified, name)
       values ($1, $2, $3, $4, $5, $6, $7) returning id`,
      [userId, providerId, claims.issuer, claims.subject, ...profile(claims)],
    )
    return onlyRow(rows)
  },
  async refresh(identityId, claims) {
    const { rows } = await db.query<{ changed: string[] }>(
      `update identities i set email = $2, email_verified = $3, name = $4, last_verified_at = app.now()
       from (select * from identities where id = $1 for update) former
       where i.id = former.id returning ${changedCopy('former', '$2', '$3', '$4')} as changed`,
      [identityId, ...profile(claims)],
    )
    return rows[0]?.changed ?? []
  },
  async replace(identityId, claims) {
    await db.query(
      `update identities set issuer = $5, subject = $6, email = $2, email_verified = $3, name = $4, last_verified_at = app.now()
       where id = $1`,
      [identityId, ...profile(claims), claims.issuer, claims.subject],
    )
  },
  async rewriteSubject(identityId, from, to) {
    const { rowCount } = await db.query('update identities set subject = $3 where id = $1 and subject = $2', [
      identityId,
      from,
      to,
    ])
    return rowCount === 1
  },
  async remove(identityId) {
    await db.query('delete from identities where id = $1', [identityId])
  },
})

const profile = ({ email, emailVerified, name }: IdentityClaims): unknown[] => [
  email?.address ?? null,
  emailVerified,
  name,
]
