import { randomBytes } from 'node:crypto'
import { domainToASCII } from 'node:url'
import type pg from 'pg'
import { parseEmailAddress } from '../../domain/email-address.js'
import type { Choice } from '../../domain/attempt.js'
import type { EmailAddress } from '../../domain/email-address.js'
import type { IdentityClaims } from '../../domain/identity-claims.js'
import type { Admission, Role } from '../../domain/policy.js'
import type { NewAttempt } from '../../store/new-attempts.js'
import type { Decision } from '../../store/decisions.js'
import { onlyRow } from '../../store/pool.js'
import { createDatabase } from '../../store/stores.js'
import type { Database } from '../../store/stores.js'

/** Rows for a test to begin with, made by the stores themselves where they can make them. */
export interface World {
  readonly database: Database
  /** Rows of one statement. */
  rows<Row extends pg.QueryResultRow>(statement: string, values?: unknown[]): Promise<Row[]>
  organization(): Promise<string>
  provider(organizationId: string, admission?: Admission, defaultRole?: Role): Promise<string>
  user(email?: EmailAddress, verified?: boolean): Promise<string>
  /** A member with an identity whose subject is the user's id. */
  owner(
    organizationId: string,
    providerId: string,
    email?: EmailAddress,
  ): Promise<{ userId: string; identityId: string }>
  newAttempt(providerId: string): NewAttempt
  attempt(providerId: string): Promise<string>
  /** An attempt that waits for the person, as after a good answer of the provider. */
  waitingAttempt(providerId: string): Promise<string>
  invitation(organizationId: string, canonical: string, role: Role, open?: string): Promise<string>
  /** An address that no other user has. */
  email(domain?: string): EmailAddress
}

export const issuer = 'https://issuer.example'

export const claimsOf = (subject: string, email: EmailAddress | null = null): IdentityClaims => ({
  issuer,
  subject,
  email,
  emailVerified: false,
  name: 'Nora',
  locale: null,
})

export const decisionOf = (
  attemptId: string,
  choice: Choice = 'create',
  idempotencyKey = 'key',
): Decision => ({
  attemptId,
  choice,
  idempotencyKey,
  bodyHash: Buffer.from(idempotencyKey),
  input: null,
  facts: { policyVersion: 1, provider: 'p', trusted: false, target: null, holder: null },
  sessionUserId: null,
  proofId: null,
  replace: false,
})

export const createWorld = (pool: pg.Pool): World => {
  const database = createDatabase(pool)
  let count = 0
  const fresh = (): string => `x${(count += 1)}`
  const rows = async <Row extends pg.QueryResultRow>(
    statement: string,
    values: unknown[] = [],
  ): Promise<Row[]> => (await pool.query<Row>(statement, values)).rows
  const idOf = async (statement: string, values: unknown[]): Promise<string> =>
    onlyRow(await rows<{ id: string }>(`${statement} returning id`, values)).id

  const world: World = {
    database,
    rows,
    organization: () => idOf('insert into organizations (slug, name) values ($1, $1)', [fresh()]),
    provider: (organizationId, admission = 'everyone', defaultRole = 'member') =>
      database.organizations.saveProvider({
        organizationId,
        name: fresh(),
        displayName: 'Provider',
        issuer,
        clientId: 'client',
        clientAuthentication: null,
        admission,
        defaultRole,
      }),
    async user(email, verified = false) {
      const user = { name: 'Nora', locale: 'en', email: email ?? null, emailVerified: verified }
      return (await database.users.create(user)).id
    },
    async owner(organizationId, providerId, email) {
      const userId = await world.user(email, email !== undefined)
      const identity = await database.identities.create(userId, providerId, claimsOf(userId))
      await database.members.ensure(userId, organizationId, 'member')
      return { userId, identityId: identity.id }
    },
    newAttempt: (providerId) => ({
      providerId,
      stateHash: randomBytes(32),
      browserHash: randomBytes(32),
      returnTo: '/account',
      locale: 'en',
      clientNetwork: '192.0.2.1',
      sessionId: null,
      sessionUserId: null,
    }),
    async attempt(providerId) {
      return (await database.attempts.create(world.newAttempt(providerId))).id
    },
    async waitingAttempt(providerId) {
      const id = await world.attempt(providerId)
      await database.attempts.awaitDecision(id, { claims: Buffer.from('sealed'), addressIndex: null })
      return id
    },
    invitation: (organizationId, canonical, role, open = '1 day') =>
      idOf(
        `insert into invitations (organization_id, canonical_email, role, expires_at)
         values ($1, $2, $3, app.now() + $4::interval)`,
        [organizationId, canonical, role, open],
      ),
    email(domain = 'people.example') {
      const email = parseEmailAddress(`${fresh()}@${domain}`, domainToASCII)
      if (email === null) throw new Error('the address of a test is none')
      return email
    },
  }
  return world
}
