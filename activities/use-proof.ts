import { AppError } from '../domain/errors.js'
import type { IdentityClaims } from '../domain/identity-claims.js'
import { proofRefusal } from '../domain/proof.js'
import type { Attempt } from '../store/attempts.js'
import type { Proof } from '../store/proofs.js'
import type { Stores } from '../store/stores.js'

export interface ProofUse {
  readonly proofId: string | null
  readonly claims: IdentityClaims
  /** Whom it has to prove; null: an address that nobody holds. */
  readonly userId: string | null
  /** The address that this attempt may prove by mail; a proof of another one counts for nothing. */
  readonly ownAddress: string | null
}

/**
 * Uses up the proof that a decision rests on, after comparing each of its values with what the commit is about
 * (spec: pipeline 2.3). Done in the commit and nowhere else.
 * @throws AppError `proof_invalid`, `proof_expired`, `proof_used`, `second_factor_required`
 */
export const useProof = async (
  stores: Stores,
  attempt: Attempt,
  { proofId, claims, userId, ownAddress }: ProofUse,
): Promise<Proof> => {
  const proof = proofId === null ? null : await stores.proofs.lock(proofId)
  const refused = proofRefusal(proof, {
    attemptId: attempt.id,
    providerId: attempt.provider.id,
    issuer: claims.issuer,
    subject: claims.subject,
    userId,
    canonicalEmail: userId === null || proof?.kind === 'email' ? ownAddress : null,
    browserHash: attempt.browserHash,
  })
  if (refused !== null || proof === null) throw new AppError(refused ?? 'proof_invalid')
  const second = userId === null ? null : await stores.totp.find(userId)
  if (second?.confirmed === true && !proof.secondFactor) throw new AppError('second_factor_required')
  if (!(await stores.proofs.use(proof.id))) throw new AppError('proof_used')
  return proof
}
