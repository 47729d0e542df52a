import type { AuditData, AuditEventName, AuditTarget } from '../domain/audit-events.js'
import type { Outcome } from '../domain/attempt.js'
import { AppError } from '../domain/errors.js'
import { refusal } from '../domain/policy.js'
import type { Attempt } from '../store/attempts.js'
import type { LinkedIdentity } from '../store/sign-in-methods.js'
import type { Stores } from '../store/stores.js'
import { useProofOf } from './attach-identity.js'
import type { Attachment } from './attach-identity.js'
import { attemptAudit } from './attempt-audit.js'
import { endSessions } from './end-sessions.js'

/**
 * Carries out `merge` for somebody who "already had an account" (spec: pipeline 3): identities and memberships of R, who has no
 * verified address, move to the proved account T, with the higher role where both are members; R is deleted, the sessions of both end, and T is told by mail. All of it in the
 * caller's transaction.
 * @throws AppError `not_authenticated`, `wrong_user` where R has a verified address by now, `user_suspended`, `proof_*`,
 *   `identity_conflict` where T has identities in the place of R's that may not be replaced, or what policy says of `link`
 */
export const foldUser = async (
  stores: Stores,
  attempt: Attempt,
  basis: Omit<Attachment, 'how'>,
): Promise<Outcome> => {
  const { sessionId, sessionUserId: freshId, provider } = attempt
  const { target: formerId } = basis.decision.facts
  if (formerId === null) throw new AppError('proof_invalid')
  if (freshId === null || sessionId === null) throw new AppError('not_authenticated')
  // Whoever folds the other way round takes the same locks in the same order.
  for (const id of [freshId, formerId].sort()) await stores.users.lock(id)
  const identities = await demandFresh(stores, freshId, sessionId)
  const former = await stores.users.lock(formerId)
  const refused = former === null ? 'proof_invalid' : refusal('link', { provider, user: former })
  if (refused !== null) throw new AppError(refused)
  await useProofOf(stores, attempt, basis, formerId)

  const audit = <Event extends AuditEventName>(
    event: Event,
    target: AuditTarget<Event>,
    data: AuditData<Event>,
  ) => attemptAudit(attempt, freshId, event, target, data)
  const replaced = await stores.identities.listBeside(formerId, freshId)
  if (replaced.length > 0 && !basis.decision.replace) throw new AppError('identity_conflict')
  for (const { id } of replaced) await stores.identities.remove(id)
  const events = [
    ...(await endSessions(stores, attempt, freshId, 'all')),
    ...(await endSessions(stores, attempt, formerId, 'all')),
  ]
  const gained = await stores.accounts.moveTo(freshId, formerId)
  const outcome: Outcome = { result: 'signed_in', how: 'merged' }
  const own = identities.find((identity) => identity.provider.id === provider.id) ?? identities[0]
  await stores.attempts.end(attempt.id, outcome, { userId: formerId, identityId: own?.id ?? null })
  await stores.accounts.delete(freshId)
  await stores.mail.notify({
    kind: 'identity_linked_notice',
    userId: formerId,
    organizationId: provider.organization.id,
    attemptId: attempt.id,
    dedupeKey: `identity_linked_notice/${attempt.id}`,
  })
  const user = { kind: 'user', id: formerId } as const
  await stores.audit.record(
    ...events,
    ...replaced.map(({ id }) => audit('identity.replaced', { kind: 'identity', id }, {})),
    ...identities.map(({ id }) => audit('identity.linked', { kind: 'identity', id }, { to: formerId })),
    ...gained.flatMap(({ organizationId, raisedTo, seated }) => [
      ...(raisedTo === null
        ? []
        : [{ ...audit('member.promoted', user, { role: raisedTo }), organizationId }]),
      ...(seated ? [{ ...audit('member.flagged', user, { restricted: false }), organizationId }] : []),
    ]),
    audit('user.folded', user, { from: freshId }),
    audit('attempt.ended', { kind: 'attempt', id: attempt.id }, { ...outcome }),
  )
  return outcome
}

/** R as when it was decided: signed in here, without a verified address, and with identities that may be connected elsewhere. */
const demandFresh = async (
  stores: Stores,
  userId: string,
  sessionId: string,
): Promise<readonly LinkedIdentity[]> => {
  if (!(await stores.sessions.isLive(sessionId, userId))) throw new AppError('not_authenticated')
  if ((await stores.users.listEmails(userId)).some(({ verified }) => verified))
    throw new AppError('wrong_user')
  const { identities } = await stores.signInMethods.list(userId)
  for (const identity of identities) {
    const provider = await stores.organizations.findProviderById(identity.provider.id)
    const refused = provider === null ? 'provider_disabled' : refusal('link', { provider })
    if (refused !== null) throw new AppError(refused)
  }
  return identities
}
