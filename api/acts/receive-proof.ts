import { AppError } from '../../domain/errors.js'
import type { IdentityClaims, RawClaims } from '../../domain/identity-claims.js'
import { freshMinutes } from '../../domain/reauthentication.js'
import type { Attempt } from '../../store/attempts.js'
import type { IdentityOwner } from '../../store/identities.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'
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
    const claims = JSON.parse(keyring.open('claims', parent.id, parent.sealed)) as IdentityClaims
    await stores.proofs.insert({
      attemptId: parent.id,
      kind: 'identity',
      providerId: parent.providerId,
      issuer: claims.issuer,
      subject: claims.subject,
      userId: owner.userId,
      methodsVersion: owner.methodsVersion,
      canonicalEmail: null,
      browserHash: parent.browserHash,
      provingProviderId: child.provider.id,
      secondFactor: false,
    })
    if (!(await stores.attempts.end(child.id, { result: 'proved' }))) throw new AppError('invalid_state')
    await stores.audit.record({
      event: 'attempt.ended',
      actor: { kind: 'user', id: owner.userId },
      organizationId: child.provider.organization.id,
      attemptId: child.id,
      target: { kind: 'attempt', id: parent.id },
      clientNetwork,
      data: { result: 'proved' },
    })
    return { parentId: parent.id }
  })

const lockParent = async (stores: Stores, child: Attempt) => {
  const parent = child.parentId === null ? null : await stores.attempts.lock(child.parentId)
  if (parent === null || parent.stage !== 'awaiting_decision' || parent.expired || parent.claims === null)
    throw new AppError('invalid_state')
  const { id, provider, browserHash, claims } = parent
  return { id, providerId: provider.id, browserHash, sealed: claims }
}
