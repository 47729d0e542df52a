import type { Outcome } from '../domain/attempt.js'
import type { DecisionInput } from '../domain/decision-input.js'
import { AppError } from '../domain/errors.js'
import type { IdentityClaims } from '../domain/identity-claims.js'
import { addressIsTrusted, joinsAs, refusal } from '../domain/policy.js'
import { authPipelineWorkflowId } from '../domain/workflow-ids.js'
import type { Keyring } from '../clients/keyring.js'
import type { Attempt } from '../store/attempts.js'
import type { AuditEvent } from '../store/audit.js'
import type { Decision } from '../store/decisions.js'
import type { IdentityOwner } from '../store/identities.js'
import type { Stores } from '../store/stores.js'
import { sendConfirmEmails } from './confirm-email.js'
import type { PipelineDependencies } from './dependencies.js'

/**
 * Carries out `create` (spec: pipeline 3, "Commit: create"): user, address, identity, membership, audit, outbox and outcome.
 * @throws AppError where policy, membership or the address refuse it; the caller's transaction is rolled back
 */
export const createUser = async (
  { keyring }: PipelineDependencies,
  stores: Stores,
  attempt: Attempt,
  decision: Decision,
): Promise<Outcome> => {
  const { provider } = attempt
  demand(refusal('create', { provider }))
  if (attempt.claims === null) throw new AppError('invalid_state')
  const claims = JSON.parse(keyring.open('claims', attempt.id, attempt.claims)) as IdentityClaims
  const owner = await stores.identities.findOwner(provider.id, claims.issuer, claims.subject)
  if (owner !== null) return signInOwner(stores, attempt, owner)

  const input = openInput(keyring, decision)
  const email = claims.email ?? input.email ?? null
  const trusted = addressIsTrusted(claims, await stores.organizations.trustedDomains(provider.id))
  if (trusted && email !== null && (await stores.users.someoneHoldsVerified(email.canonical)))
    throw new AppError('email_taken')

  const name = claims.name === '' ? (input.name ?? '') : claims.name
  const user = await stores.users.create({ name, locale: attempt.locale, email, emailVerified: trusted })
  const identity = await stores.identities.create(user.id, provider.id, claims)
  const events = await join(stores, attempt, user.id)
  if (trusted && email !== null) events.push(...(await dropCopies(stores, attempt, email.canonical, user.id)))
  const mails = await sendConfirmEmails(stores, user.id, {
    organizationId: provider.organization.id,
    attemptId: attempt.id,
    locale: attempt.locale,
    workflowId: authPipelineWorkflowId(provider.organization.id, attempt.id),
  })

  const outcome: Outcome = { result: 'signed_in', how: 'created' }
  await stores.attempts.end(attempt.id, outcome, { userId: user.id, identityId: identity.id })
  await stores.audit.record(
    about(attempt, user.id, 'user.created', 'user', user.id, {
      addressVerified: trusted,
      mails: mails.length,
    }),
    about(attempt, user.id, 'identity.linked', 'identity', identity.id, {}),
    ...events,
    about(attempt, user.id, 'attempt.ended', 'attempt', attempt.id, { ...outcome }),
  )
  return outcome
}

/** The identity got an owner while this person decided: another tab was faster, and the owner is who signs in. */
const signInOwner = async (stores: Stores, attempt: Attempt, owner: IdentityOwner): Promise<Outcome> => {
  demand(refusal('sign_in', { provider: attempt.provider, user: owner, membership: owner.membership }))
  const events = await join(stores, attempt, owner.userId)
  const outcome: Outcome = { result: 'signed_in', how: 'existing' }
  await stores.attempts.end(attempt.id, outcome, { userId: owner.userId, identityId: owner.identityId })
  await stores.audit.record(
    ...events,
    about(attempt, owner.userId, 'attempt.ended', 'attempt', attempt.id, { ...outcome }),
  )
  return outcome
}

const join = async (stores: Stores, attempt: Attempt, userId: string): Promise<AuditEvent[]> => {
  const { provider } = attempt
  const membership = await stores.users.membershipFacts(userId, provider.id)
  const role = joinsAs(membership)
  if (role === null) throw new AppError('not_a_member')
  await stores.users.ensureMember(userId, provider.organization.id, role)
  if (role === 'unchanged') return []
  const accepted = await stores.users.acceptInvitation(userId, provider.organization.id)
  const added = about(attempt, userId, 'member.added', 'user', userId, { role })
  return accepted ? [added, about(attempt, userId, 'member.accepted', 'user', userId, { role })] : [added]
}

const dropCopies = async (
  stores: Stores,
  attempt: Attempt,
  canonical: string,
  userId: string,
): Promise<AuditEvent[]> => {
  const losers = await stores.users.dropUnverifiedCopies(canonical, userId)
  return losers.map((loser) => about(attempt, userId, 'email.dropped', 'user', loser, {}))
}

const about = (
  attempt: Attempt,
  userId: string,
  event: AuditEvent['event'],
  targetKind: string,
  targetId: string,
  data: Record<string, unknown>,
): AuditEvent => ({
  event,
  actor: { kind: 'user', id: userId },
  organizationId: attempt.provider.organization.id,
  attemptId: attempt.id,
  target: { kind: targetKind, id: targetId },
  clientNetwork: attempt.clientNetwork,
  data,
})

const openInput = (keyring: Keyring, { attemptId, input }: Decision): DecisionInput =>
  input === null ? {} : (JSON.parse(keyring.open('decision-input', attemptId, input)) as DecisionInput)

const demand = (code: AppError['code'] | null): void => {
  if (code !== null) throw new AppError(code)
}
