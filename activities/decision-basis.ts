import type { EmailAddress } from '../domain/email-address.js'
import { factsChanged, factsFor } from '../domain/decision-facts.js'
import { AppError } from '../domain/errors.js'
import type { IdentityClaims } from '../domain/identity-claims.js'
import { addressIsTrusted } from '../domain/policy.js'
import type { Attempt } from '../store/attempts.js'
import type { Decision } from '../store/decisions.js'
import type { Stores } from '../store/stores.js'
import { useProof } from './use-proof.js'

/**
 * Looks at the facts once more that a decision was accepted under (spec: pipeline 2.10).
 * @returns whether the provider's word for the address counts
 * @throws AppError `email_taken` where somebody else holds the address by now, `invalid_state` where another one changed
 */
export const demandUnchanged = async (
  stores: Stores,
  attempt: Attempt,
  decision: Decision,
  claims: IdentityClaims,
  ownAddress: EmailAddress | null,
): Promise<{ readonly trusted: boolean }> => {
  const { provider } = attempt
  const trusted = addressIsTrusted(claims, await stores.organizations.trustedDomains(provider.id))
  const isProved = claims.email === null && decision.proofId !== null
  const holder =
    (trusted || isProved) && ownAddress !== null
      ? await stores.users.verifiedHolder(ownAddress.canonical)
      : null
  const now = factsFor(decision.choice, { provider, trusted, target: decision.facts.target, holder })
  if (now.holder !== decision.facts.holder) throw new AppError('email_taken')
  if (factsChanged(decision.facts, now)) throw new AppError('invalid_state')
  return { trusted }
}

/**
 * The typed address, where a code has proved it inside this attempt; the proof is used up.
 * @throws AppError `proof_*` where the decision rests on a proof that does not hold
 */
export const provedAddress = async (
  stores: Stores,
  attempt: Attempt,
  decision: Decision,
  claims: IdentityClaims,
  ownAddress: EmailAddress | null,
): Promise<EmailAddress | null> => {
  if (claims.email !== null || decision.proofId === null || ownAddress === null) return null
  await useProof(stores, attempt, {
    proofId: decision.proofId,
    claims,
    userId: null,
    ownAddress: ownAddress.canonical,
  })
  return ownAddress
}
