import { AppError } from '../../domain/errors.js'
import type { IdentityClaims, RawClaims } from '../../domain/identity-claims.js'
import { freshMinutes } from '../../domain/reauthentication.js'
import { openClaims } from '../../domain/sealed-claims.js'
import type { Attempt } from '../../store/attempts.js'
import type { AuditEvent } from '../../store/audit.js'
import type { IdentityOwner } from '../../store/identities.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'
import { bindingOf } from './proving.js'
import type { ProvableAttempt } from './proving.js'
import { holdVerified } from './verify-password.js'

/**
 * Whether a provider's answer tells of a sign-in that is too old to prove anything: `auth_time`, where it is sent, lies more than
 * 15 min before the person was sent there (OIDC Core 2; some providers send fractions of seconds).
 */
export const isStaleSignIn = (idToken: RawClaims, { createdAt }: Pick<Attempt, 'createdAt'>): boolean => {
  const { auth_time: authTime } = idToken
  return typeof authTime === 'number' && !(authTime * 1000 >= createdAt.getTime() - freshMinutes * 60_000)
}

export interface ProvedIdentity {
  readonly child: Attempt
  /** Who owns the identity that the child's provider asserted. */
  readonly owner: IdentityOwner
  readonly clientNetwork: string
}

/**
 * Ends a child attempt by giving its parent the proof of an account. The proof is bound to the parent's identity, provider and
 * browser: the child's own identity opens nothing.
 * @throws AppError `invalid_state` where either has ended meanwhile, and as `holdVerified`
 */
export const receiveProof = (
  { database, keyring }: Pick<ApiDependencies, 'database' | 'keyring'>,
  { child, owner, clientNetwork }: ProvedIdentity,
): Promise<{ parentId: string }> =>
  database.transaction(async (stores) => {
    await holdVerified(stores, owner)
    const parent = await lockParent(stores, child)
    await stores.proofs.insert({
      ...bindingOf(parent, openClaims(keyring, parent)),
      kind: 'identity',
      userId: owner.userId,
      methodsVersion: owner.methodsVersion,
      canonicalEmail: null,
      provingProviderId: child.provider.id,
      secondFactor: false,
    })
    await endProved(stores, child, parent.id, { kind: 'user', id: owner.userId }, clientNetwork)
    return { parentId: parent.id }
  })

export interface RenewedSignIn {
  readonly child: Attempt
  /** What the child's provider asserts. */
  readonly claims: IdentityClaims
  readonly clientNetwork: string
}

/**
 * Where a child attempt brings the very identity of its parent, the person has signed in at the provider anew: the parent's sign-in is
 * no longer too old to be attached to an account.
 * @returns the parent's id; null where it is another identity, or the parent needs no other sign-in
 * @throws AppError `invalid_state` where either has ended meanwhile
 */
export const renewSignIn = (
  { database, keyring }: Pick<ApiDependencies, 'database' | 'keyring'>,
  { child, claims, clientNetwork }: RenewedSignIn,
): Promise<string | null> =>
  database.transaction(async (stores) => {
    const parent = await lockParent(stores, child)
    const own = openClaims(keyring, parent)
    const isOwn =
      child.provider.id === parent.provider.id &&
      own.issuer === claims.issuer &&
      own.subject === claims.subject
    if (!parent.staleSignIn || !isOwn) return null
    await stores.attempts.renewSignIn(parent.id)
    await endProved(stores, child, parent.id, { kind: 'system' }, clientNetwork)
    return parent.id
  })

const endProved = async (
  stores: Stores,
  child: Attempt,
  parentId: string,
  actor: AuditEvent['actor'],
  clientNetwork: string,
): Promise<void> => {
  if (!(await stores.attempts.end(child.id, { result: 'proved' }))) throw new AppError('invalid_state')
  await stores.audit.record({
    event: 'attempt.ended',
    actor,
    organizationId: child.provider.organization.id,
    attemptId: child.id,
    target: { kind: 'attempt', id: child.id },
    clientNetwork,
    data: { result: 'proved', parent: parentId },
  })
}

const lockParent = async (stores: Stores, child: Attempt): Promise<ProvableAttempt> => {
  const parent = child.parentId === null ? null : await stores.attempts.lock(child.parentId)
  if (parent === null || parent.stage !== 'awaiting_decision' || parent.expired || parent.claims === null)
    throw new AppError('invalid_state')
  return { ...parent, claims: parent.claims }
}
