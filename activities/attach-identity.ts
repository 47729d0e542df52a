import type { Outcome } from '../domain/attempt.js'
import { AppError } from '../domain/errors.js'
import type { IdentityClaims } from '../domain/identity-claims.js'
import { refusal } from '../domain/policy.js'
import { provesToSession } from '../domain/reauthentication.js'
import type { Attempt } from '../store/attempts.js'
import type { AuditEvent } from '../store/audit.js'
import type { Decision } from '../store/decisions.js'
import type { Proof } from '../store/proofs.js'
import type { Stores } from '../store/stores.js'
import { attemptAudit } from './attempt-audit.js'
import { endSessions } from './end-sessions.js'
import { joinOrganization } from './join-organization.js'
import { useProof } from './use-proof.js'

/** What is attached, and on what it rests. */
export interface Attachment {
  readonly how: 'linked' | 'merged'
  readonly decision: Decision
  readonly claims: IdentityClaims
  /** The address that this attempt may prove by mail; a proof of another one counts for nothing. */
  readonly ownAddress: string | null
}

/**
 * Carries out `link` and `merge` (spec: pipeline 3, "Commit: attach"): the identity becomes T's, T a member, T's other sessions
 * end. All of it in the caller's transaction, which is rolled back where anything refuses it.
 * @throws AppError `not_authenticated`, `user_suspended`, `proof_*`, `identity_conflict`, `not_a_member`, or what policy says
 */
export const attachIdentity = async (
  stores: Stores,
  attempt: Attempt,
  attachment: Attachment,
): Promise<Outcome> => {
  const { how, decision } = attachment
  const { target: userId } = decision.facts
  if (userId === null) throw new AppError('proof_invalid')
  if (attempt.staleSignIn) throw new AppError('reauthentication_required')
  const user = await stores.users.lock(userId)
  const refused = user === null ? 'proof_invalid' : refusal('link', { provider: attempt.provider, user })
  if (refused !== null) throw new AppError(refused)
  await demandAccount(stores, attempt, attachment, userId)

  const { identityId, isNew, events } = await ownIdentity(stores, attempt, attachment, userId)
  events.push(...(await joinOrganization(stores, attempt, userId)))
  const { sessionId } = attempt
  events.push(
    ...(await endSessions(stores, attempt, userId, sessionId === null ? 'all' : { except: sessionId })),
  )
  const outcome: Outcome = { result: 'signed_in', how }
  await stores.attempts.end(attempt.id, outcome, { userId, identityId })
  if (isNew)
    await stores.mail.notify({
      kind: 'identity_linked_notice',
      userId,
      organizationId: attempt.provider.organization.id,
      attemptId: attempt.id,
      dedupeKey: `identity_linked_notice/${attempt.id}`,
    })
  await stores.audit.record(
    ...events,
    attemptAudit(attempt, userId, 'attempt.ended', { kind: 'attempt', id: attempt.id }, { ...outcome }),
  )
  return outcome
}

/** The proof that a decision rests on is used up, and audited. @throws AppError as `useProof` */
export const useProofOf = async (
  stores: Stores,
  attempt: Attempt,
  { decision, claims, ownAddress }: Omit<Attachment, 'how'>,
  userId: string,
): Promise<Proof> => {
  const proof = await useProof(stores, attempt, { proofId: decision.proofId, claims, userId, ownAddress })
  const target = { kind: 'proof', id: proof.id } as const
  const data = { kind: proof.kind, second_factor: proof.secondFactor }
  await stores.audit.record(attemptAudit(attempt, userId, 'proof.used', target, data))
  return proof
}

/**
 * The account is the browser's: R in the session that the attempt began in, and, where that alone is not enough or where it is
 * another account, whom a proof of this attempt names.
 */
const demandAccount = async (
  stores: Stores,
  attempt: Attempt,
  attachment: Attachment,
  userId: string,
): Promise<void> => {
  const { how, decision } = attachment
  if (how === 'linked') {
    const isR =
      attempt.sessionId !== null &&
      attempt.sessionUserId === userId &&
      (await stores.sessions.isLive(attempt.sessionId, userId))
    if (!isR) throw new AppError('not_authenticated')
    if (decision.proofId === null) return
  }
  const proof = await useProofOf(stores, attempt, attachment, userId)
  if (how === 'linked') await demandProvedToSession(stores, attempt, userId, proof)
}

/** As when it was decided: the word of whoever opened the session is not enough where the account has another way in. */
const demandProvedToSession = async (
  stores: Stores,
  { sessionId }: Attempt,
  userId: string,
  proof: Proof,
): Promise<void> => {
  const standing = sessionId === null ? null : await stores.userSessions.standing(sessionId)
  if (standing === null) throw new AppError('not_authenticated')
  if (!provesToSession(standing, await stores.signInMethods.list(userId), proof))
    throw new AppError('reauthentication_required')
}

interface Owned {
  readonly identityId: string
  /** It was not T's before. */
  readonly isNew: boolean
  readonly events: AuditEvent[]
}

/** Steps 0 to 2: the identity is T's already, is free, or stands beside another one that T has at this provider. */
const ownIdentity = async (
  stores: Stores,
  attempt: Attempt,
  { decision, claims }: Attachment,
  userId: string,
): Promise<Owned> => {
  const { provider } = attempt
  const owner = await stores.identities.findOwner(provider.id, claims.issuer, claims.subject)
  if (owner?.userId === userId) {
    const changed = await stores.identities.refresh(owner.identityId, claims)
    const refreshed = attemptAudit(
      attempt,
      userId,
      'identity.refreshed',
      { kind: 'identity', id: owner.identityId },
      { changed },
    )
    return { identityId: owner.identityId, isNew: false, events: changed.length === 0 ? [] : [refreshed] }
  }
  const events = owner === null ? [] : [await takeFromInactive(stores, attempt, owner, userId)]
  const former = await stores.identities.findOfUser(userId, provider.id)
  if (former === null) {
    const { id } = await stores.identities.create(userId, provider.id, claims)
    const target = { kind: 'identity', id } as const
    return {
      identityId: id,
      isNew: true,
      events: [...events, attemptAudit(attempt, userId, 'identity.linked', target, {})],
    }
  }
  if (!decision.replace) throw new AppError('identity_conflict')
  await stores.identities.replace(former.id, claims)
  const target = { kind: 'identity', id: former.id } as const
  return {
    identityId: former.id,
    isNew: true,
    events: [
      ...events,
      attemptAudit(attempt, userId, 'identity.replaced', target, {}),
      attemptAudit(attempt, userId, 'identity.linked', target, {}),
    ],
  }
}

/**
 * An inactive user's identity counts as unknown, and now somebody has decided about it: it leaves that user, audited. Anybody
 * else's stays (spec: pipeline 2.4).
 * @throws AppError `identity_conflict`
 */
export const takeFromInactive = async (
  stores: Stores,
  attempt: Attempt,
  owner: { readonly identityId: string; readonly userId: string; readonly status: string },
  userId: string | null,
): Promise<AuditEvent> => {
  if (owner.status !== 'inactive') throw new AppError('identity_conflict')
  await stores.identities.remove(owner.identityId)
  return attemptAudit(
    attempt,
    userId ?? owner.userId,
    'identity.unlinked',
    { kind: 'user', id: owner.userId },
    { identity: owner.identityId, provider: attempt.provider.id, reason: 'owner_inactive' },
  )
}
