import type { IdentityClaims } from '../../domain/identity-claims.js'
import { offersFor } from '../../domain/offers.js'
import type { Offers } from '../../domain/offers.js'
import { addressIsTrusted } from '../../domain/policy.js'
import type { Attempt } from '../../store/attempts.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'

/** What the person of an attempt is offered at this moment, and what it was asked about. */
export interface Situation {
  readonly claims: IdentityClaims
  readonly trusted: boolean
  readonly offers: Offers
}

/** @returns null before the provider has answered */
export const situationOf = async (
  { keyring }: Pick<ApiDependencies, 'keyring'>,
  stores: Stores,
  attempt: Attempt,
): Promise<Situation | null> => {
  if (attempt.claims === null) return null
  const claims = JSON.parse(keyring.open('claims', attempt.id, attempt.claims)) as IdentityClaims
  const trusted = addressIsTrusted(claims, await stores.organizations.trustedDomains(attempt.provider.id))
  const heldVerified =
    trusted && claims.email !== null && (await stores.users.someoneHoldsVerified(claims.email.canonical))
  return { claims, trusted, offers: offersFor({ provider: attempt.provider, trusted, heldVerified }) }
}
