import type { IdentityClaims } from '../domain/identity-claims.js'
import type { MembershipFacts, UserStatus } from '../domain/policy.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'
import { membershipColumns, toMembershipFacts } from './users.js'
import type { MembershipRow } from './users.js'

/** The owner of an identity and what decides whether it may sign in. */
export interface IdentityOwner {
  readonly identityId: string
  readonly userId: string
  readonly status: UserStatus
  readonly membership: MembershipFacts
}

export interface IdentityStore {
  /** (provider, issuer, subject) selects an account; an address never does (spec: pipeline 2.1). */
  findOwner(providerId: string, issuer: string, subject: string): Promise<IdentityOwner | null>
  /** Violates `identities_one_owner` where the identity has an owner, `identities_one_per_provider` where the user has another. */
  create(userId: string, providerId: string, claims: IdentityClaims): Promise<{ id: string }>
}

type OwnerRow = MembershipRow & { identity_id: string; user_id: string; status: UserStatus }

export const createIdentityStore = (db: Db): IdentityStore => ({
  async findOwner(providerId, issuer, subject) {
    const { rows } = await db.query<OwnerRow>(
      `select i.id as identity_id, u.id as user_id, u.status, ${membershipColumns('u.id')}
       from identities i join users u on u.id = i.user_id join providers p on p.id = i.provider_id
       where i.provider_id = $1 and i.issuer = $2 and i.subject = $3`,
      [providerId, issuer, subject],
    )
    const [row] = rows
    if (row === undefined) return null
    return {
      identityId: row.identity_id,
      userId: row.user_id,
      status: row.status,
      membership: toMembershipFacts(row),
    }
  },
  async create(userId, providerId, claims) {
    const { rows } = await db.query<{ id: string }>(
      `insert into identities (user_id, provider_id, issuer, subject, email, email_verified, name)
       values ($1, $2, $3, $4, $5, $6, $7) returning id`,
      [
        userId,
        providerId,
        claims.issuer,
        claims.subject,
        claims.email?.address ?? null,
        claims.emailVerified,
        claims.name,
      ],
    )
    return onlyRow(rows)
  },
})
