import type pg from 'pg'
import type { ErrorCode } from '../domain/errors.js'
import { createAccountStore } from './accounts.js'
import type { AccountStore } from './accounts.js'
import { createAddressStore } from './addresses.js'
import type { AddressStore } from './addresses.js'
import { createAttemptSearchStore } from './attempt-search.js'
import type { AttemptSearchStore } from './attempt-search.js'
import { createAttemptStoryStore } from './attempt-story.js'
import type { AttemptStoryStore } from './attempt-story.js'
import { createApplicationStore } from './applications.js'
import type { ApplicationStore } from './applications.js'
import { createAttemptStore } from './attempts.js'
import type { AttemptStore } from './attempts.js'
import { createAuditSealStore } from './audit-seals.js'
import type { AuditSealStore } from './audit-seals.js'
import { createAuditStore } from './audit.js'
import type { AuditStore } from './audit.js'
import { createBulkMailStore } from './bulk-mails.js'
import type { BulkMailStore } from './bulk-mails.js'
import { constraintCodes, violatedConstraint } from './constraints.js'
import { createDecisionStore } from './decisions.js'
import type { DecisionStore } from './decisions.js'
import { createEmailChallengeStore } from './email-challenges.js'
import type { EmailChallengeStore } from './email-challenges.js'
import { createFigureStore } from './figures.js'
import type { FigureStore } from './figures.js'
import { createDomainStore } from './domains.js'
import type { DomainStore } from './domains.js'
import { createIdempotencyKeyStore } from './idempotency-keys.js'
import type { IdempotencyKeyStore } from './idempotency-keys.js'
import { createIdentityStore } from './identities.js'
import type { IdentityStore } from './identities.js'
import { createMailBoardStore } from './mail-board.js'
import type { MailBoardStore } from './mail-board.js'
import { createLogoutTokenStore } from './logout-tokens.js'
import type { LogoutTokenStore } from './logout-tokens.js'
import { createInvitationStore } from './invitations.js'
import type { InvitationStore } from './invitations.js'
import { createMailStore } from './mail.js'
import type { MailStore } from './mail.js'
import { createMailTransportStore } from './mail-transport.js'
import type { MailTransportStore } from './mail-transport.js'
import { createMailTryStore } from './mail-tries.js'
import type { MailTryStore } from './mail-tries.js'
import { createOfferedInvitationStore } from './offered-invitations.js'
import type { OfferedInvitationStore } from './offered-invitations.js'
import { createMemberStore } from './members.js'
import type { MemberStore } from './members.js'
import { createMailedLinkStore } from './mailed-links.js'
import type { MailedLinkStore } from './mailed-links.js'
import { createOrganizationSettingsStore } from './organization-settings.js'
import type { OrganizationSettingsStore } from './organization-settings.js'
import { createOrganizationStore } from './organizations.js'
import type { OrganizationStore } from './organizations.js'
import { createOwedStore } from './owed.js'
import type { OwedStore } from './owed.js'
import { createPasswordStore } from './passwords.js'
import type { PasswordStore } from './passwords.js'
import { createPersonStore } from './people.js'
import type { PersonStore } from './people.js'
import { createRetentionStore } from './retention.js'
import type { RetentionStore } from './retention.js'
import { prepared, withTransaction } from './pool.js'
import type { Db } from './pool.js'
import { createProofStore } from './proofs.js'
import type { ProofStore } from './proofs.js'
import { createRateLimitStore } from './rate-limits.js'
import type { RateLimitStore } from './rate-limits.js'
import { createProviderStore } from './providers.js'
import type { ProviderStore } from './providers.js'
import { createRosterStore } from './roster.js'
import type { RosterStore } from './roster.js'
import { createSessionStore } from './sessions.js'
import type { SessionStore } from './sessions.js'
import { createTotpStore } from './totp.js'
import type { TotpStore } from './totp.js'
import { createSecurityEventStore } from './security-events.js'
import type { SecurityEventStore } from './security-events.js'
import { createSignInMethodStore } from './sign-in-methods.js'
import type { SignInMethodStore } from './sign-in-methods.js'
import { createStaffRetryStore } from './staff-retries.js'
import type { StaffRetryStore } from './staff-retries.js'
import { createStaffStore } from './staff.js'
import type { StaffStore } from './staff.js'
import { createSealedValueStore } from './sealed-values.js'
import type { SealedValueStore } from './sealed-values.js'
import { createSigningKeyStore } from './signing-keys.js'
import type { SigningKeyStore } from './signing-keys.js'
import { isUnavailable } from './unavailable.js'
import { createUserSessionStore } from './user-sessions.js'
import type { UserSessionStore } from './user-sessions.js'
import { createUserStore } from './users.js'
import type { UserStore } from './users.js'

/** All tables, each behind the store that owns it. */
export interface Stores {
  readonly accounts: AccountStore
  readonly addresses: AddressStore
  readonly applications: ApplicationStore
  readonly attempts: AttemptStore
  readonly attemptSearch: AttemptSearchStore
  readonly attemptStory: AttemptStoryStore
  readonly audit: AuditStore
  readonly auditSeals: AuditSealStore
  readonly bulkMails: BulkMailStore
  readonly decisions: DecisionStore
  readonly emailChallenges: EmailChallengeStore
  readonly figures: FigureStore
  readonly domains: DomainStore
  readonly idempotencyKeys: IdempotencyKeyStore
  readonly identities: IdentityStore
  readonly logoutTokens: LogoutTokenStore
  readonly invitations: InvitationStore
  readonly mail: MailStore
  readonly mailBoard: MailBoardStore
  readonly mailTransport: MailTransportStore
  readonly mailTries: MailTryStore
  readonly offeredInvitations: OfferedInvitationStore
  readonly members: MemberStore
  readonly mailedLinks: MailedLinkStore
  readonly organizations: OrganizationStore
  readonly organizationSettings: OrganizationSettingsStore
  readonly owed: OwedStore
  readonly passwords: PasswordStore
  readonly proofs: ProofStore
  readonly rateLimits: RateLimitStore
  readonly providers: ProviderStore
  readonly roster: RosterStore
  readonly sessions: SessionStore
  readonly totp: TotpStore
  readonly securityEvents: SecurityEventStore
  readonly signInMethods: SignInMethodStore
  readonly userSessions: UserSessionStore
  readonly people: PersonStore
  readonly retention: RetentionStore
  readonly staff: StaffStore
  readonly staffRetries: StaffRetryStore
  readonly signingKeys: SigningKeyStore
  readonly sealedValues: SealedValueStore
  readonly users: UserStore
}

/** The stores on a pool, where each call is its own transaction, and the way to make several calls one. */
export interface Database extends Stores {
  /** Commits what `work` did when it returns; nothing of it stands when it throws. */
  transaction<T>(work: (stores: Stores) => Promise<T>): Promise<T>
  /** The code of the constraint that a failed statement violated; null for every other error. */
  refusalOf(error: unknown): ErrorCode | null
  /** Whether a call failed because the database could not be asked. */
  isUnavailable(error: unknown): boolean
  /** The name of the newest migration; fails where the database does not answer. */
  migrationLevel(): Promise<string>
}

const createStores = (db: Db): Stores => ({
  accounts: createAccountStore(db),
  addresses: createAddressStore(db),
  applications: createApplicationStore(db),
  attempts: createAttemptStore(db),
  attemptSearch: createAttemptSearchStore(db),
  attemptStory: createAttemptStoryStore(db),
  audit: createAuditStore(db),
  auditSeals: createAuditSealStore(db),
  bulkMails: createBulkMailStore(db),
  decisions: createDecisionStore(db),
  emailChallenges: createEmailChallengeStore(db),
  figures: createFigureStore(db),
  domains: createDomainStore(db),
  idempotencyKeys: createIdempotencyKeyStore(db),
  identities: createIdentityStore(db),
  logoutTokens: createLogoutTokenStore(db),
  invitations: createInvitationStore(db),
  mail: createMailStore(db),
  mailBoard: createMailBoardStore(db),
  mailTransport: createMailTransportStore(db),
  mailTries: createMailTryStore(db),
  offeredInvitations: createOfferedInvitationStore(db),
  members: createMemberStore(db),
  mailedLinks: createMailedLinkStore(db),
  organizations: createOrganizationStore(db),
  organizationSettings: createOrganizationSettingsStore(db),
  owed: createOwedStore(db),
  passwords: createPasswordStore(db),
  proofs: createProofStore(db),
  rateLimits: createRateLimitStore(db),
  providers: createProviderStore(db),
  roster: createRosterStore(db),
  sessions: createSessionStore(db),
  totp: createTotpStore(db),
  securityEvents: createSecurityEventStore(db),
  signInMethods: createSignInMethodStore(db),
  userSessions: createUserSessionStore(db),
  people: createPersonStore(db),
  retention: createRetentionStore(db),
  staff: createStaffStore(db),
  staffRetries: createStaffRetryStore(db),
  signingKeys: createSigningKeyStore(db),
  sealedValues: createSealedValueStore(db),
  users: createUserStore(db),
})

export const createDatabase = (pool: pg.Pool): Database => ({
  ...createStores(prepared(pool)),
  transaction: (work) => withTransaction(pool, (db) => work(createStores(prepared(db)))),
  refusalOf(error) {
    const name = violatedConstraint(error)
    return name === null ? null : constraintCodes[name]
  },
  isUnavailable,
  async migrationLevel() {
    const { rows } = await pool.query<{ name: string }>(
      'select name from migrations order by id desc limit 1',
    )
    return rows[0]?.name ?? 'none'
  },
})
