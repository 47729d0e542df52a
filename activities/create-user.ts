import type { Outcome } from '../domain/attempt.js'
import type { EmailAddress } from '../domain/email-address.js'
import { AppError } from '../domain/errors.js'
import type { IdentityClaims } from '../domain/identity-claims.js'
import { refusal } from '../domain/policy.js'
import { authPipelineWorkflowId } from '../domain/workflow-ids.js'
import type { Attempt } from '../store/attempts.js'
import type { AuditData, AuditEventName, AuditTarget } from '../domain/audit-events.js'
import type { AuditEvent } from '../store/audit.js'
import type { IdentityOwner } from '../store/identities.js'
import type { Stores } from '../store/stores.js'
import { takeFromInactive } from './attach-identity.js'
import { attemptAudit } from './attempt-audit.js'
import { sendConfirmEmails } from './confirm-email.js'
import { joinOrganization } from './join-organization.js'

export interface NewAccount {
  readonly claims: IdentityClaims
  /** What the person typed; counts where the provider sent no name. */
  readonly typedName: string
  /** The provider's word for the address counts. */
  readonly trusted: boolean
  /** Typed where the provider sent no address, and proved by a code inside this attempt. */
  readonly provedEmail: EmailAddress | null
}

/**
 * Carries out `create` (spec: pipeline 3, "Commit: create"): user, address, identity, membership, audit, outbox and outcome.
 * @throws AppError where policy, membership or the address refuse it; the caller's transaction is rolled back
 */
export const createUser = async (
  stores: Stores,
  attempt: Attempt,
  { claims, typedName, trusted, provedEmail }: NewAccount,
): Promise<Outcome> => {
  const { provider } = attempt
  demand(refusal('create', { provider }))
  const owner = await stores.identities.findOwner(
    provider.id,
    claims.issuer,
    claims.subject,
    attempt.invitationId,
  )
  if (owner !== null && owner.status !== 'inactive') return signInOwner(stores, attempt, owner)
  const freed = owner === null ? [] : [await takeFromInactive(stores, attempt, owner, null)]

  const email = claims.email ?? provedEmail
  const verified = claims.email === null ? provedEmail !== null : trusted
  if (verified && email !== null && (await stores.addresses.holderOf(email.canonical)) !== null)
    throw new AppError('email_taken')

  const name = claims.name === '' ? typedName : claims.name
  const user = await stores.users.create({ name, locale: attempt.locale, email, emailVerified: verified })
  const identity = await stores.identities.create(user.id, provider.id, claims)
  const events = await joinOrganization(stores, attempt, user.id)
  if (verified && email !== null)
    events.push(...(await dropCopies(stores, attempt, email.canonical, user.id)))
  const mails = await sendConfirmEmails(stores, user.id, {
    organizationId: provider.organization.id,
    attemptId: attempt.id,
    locale: attempt.locale,
    workflowId: authPipelineWorkflowId(provider.organization.id, attempt.id),
  })

  const outcome: Outcome = { result: 'signed_in', how: 'created' }
  const audit = <Event extends AuditEventName>(
    event: Event,
    target: AuditTarget<Event>,
    data: AuditData<Event>,
  ) => attemptAudit(attempt, user.id, event, target, data)
  await stores.attempts.end(
    attempt.id,
    outcome,
    { userId: user.id, identityId: identity.id },
    ...freed,
    audit('user.created', { kind: 'user', id: user.id }, { address_verified: verified, mails: mails.length }),
    audit('identity.linked', { kind: 'identity', id: identity.id }, {}),
    ...events,
    audit('attempt.ended', { kind: 'attempt', id: attempt.id }, { ...outcome }),
  )
  return outcome
}

/** The identity got an owner while this person decided: another tab was faster, and the owner is who signs in. */
const signInOwner = async (stores: Stores, attempt: Attempt, owner: IdentityOwner): Promise<Outcome> => {
  const { userId, identityId, hasTotp } = owner
  // The known way asks for it; this one cannot.
  if (hasTotp) throw new AppError('second_factor_required')
  demand(refusal('sign_in', { provider: attempt.provider, user: owner, membership: owner.membership }))
  const events = await joinOrganization(stores, attempt, userId)
  const outcome: Outcome = { result: 'signed_in', how: 'existing' }
  await stores.attempts.end(
    attempt.id,
    outcome,
    { userId, identityId },
    ...events,
    attemptAudit(attempt, userId, 'attempt.ended', { kind: 'attempt', id: attempt.id }, { ...outcome }),
  )
  return outcome
}

/** Who held the address unverified loses it, and is told at its other verified addresses (spec: pipeline 3, "Commit: create" 5). */
const dropCopies = async (
  stores: Stores,
  attempt: Attempt,
  canonical: string,
  userId: string,
): Promise<AuditEvent[]> => {
  const losers = await stores.users.dropUnverifiedCopies(canonical, userId)
  for (const loser of losers)
    await stores.mail.notify({
      kind: 'email_dropped_notice',
      userId: loser,
      organizationId: attempt.provider.organization.id,
      attemptId: attempt.id,
      dedupeKey: `email_dropped_notice/${attempt.id}/${loser}`,
    })
  return losers.map((loser) =>
    attemptAudit(attempt, userId, 'email.dropped', { kind: 'user', id: loser }, {}),
  )
}

const demand = (code: AppError['code'] | null): void => {
  if (code !== null) throw new AppError(code)
}
