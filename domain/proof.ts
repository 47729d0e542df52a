import type { ErrorCode } from './errors.js'

/** What was shown: a password, the code or link of a mail, or another identity of the account. */
export type ProofKind = 'password' | 'email' | 'identity'

/** Minutes in which a decision may rest on a proof. As long as R's own sign-in counts as fresh (spec: pipeline 2.2). */
export const proofMinutes = 15

/** The values that a proof is bound to (spec: pipeline 2.3). */
export interface ProofBinding {
  readonly attemptId: string
  readonly providerId: string
  readonly issuer: string
  readonly subject: string
  /** The account that it proves; null where it proves an address that nobody holds. */
  readonly userId: string | null
  /** The address that it proves; null where it proves an account by other means. */
  readonly canonicalEmail: string | null
  readonly browserHash: Buffer
}

/** A proof as it stands when it is to be used. */
export interface ProofStanding extends ProofBinding {
  readonly used: boolean
  readonly expired: boolean
  /** Sign-in methods or addresses of the account have changed since, or it is not active any more. */
  readonly voided: boolean
}

/**
 * Whether a commit may rest on a proof: each of its values is compared with what the commit is about, and the caller says all of
 * them; none is read from the proof itself.
 * @returns null where it may, else the code of the refusal
 */
export const proofRefusal = (
  proof: ProofStanding | null,
  expected: ProofBinding,
): Extract<ErrorCode, `proof_${string}`> | null => {
  if (proof === null) return 'proof_invalid'
  const same =
    proof.attemptId === expected.attemptId &&
    proof.providerId === expected.providerId &&
    proof.issuer === expected.issuer &&
    proof.subject === expected.subject &&
    proof.userId === expected.userId &&
    proof.canonicalEmail === expected.canonicalEmail &&
    sameBytes(proof.browserHash, expected.browserHash)
  if (!same || proof.voided) return 'proof_invalid'
  if (proof.used) return 'proof_used'
  return proof.expired ? 'proof_expired' : null
}

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at])
