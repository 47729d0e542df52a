import type { Choice } from './attempt.js'
import type { ErrorCode } from './errors.js'
import { refusal } from './policy.js'
import type { ProviderFacts } from './policy.js'

export interface Situation {
  readonly provider: ProviderFacts
  /** The provider is trusted for the asserted address (`addressIsTrusted`). */
  readonly trusted: boolean
  /** Some active user holds the asserted address as verified. Looked up only where `trusted`: otherwise nothing may depend on it. */
  readonly heldVerified: boolean
}

export interface Offers {
  readonly choices: readonly Choice[]
  /** Why an account cannot be created here, where it cannot. */
  readonly createRefused: ErrorCode | null
}

/** What the decision page offers (spec: pipeline 3, "The decision page"). */
export const offersFor = (situation: Situation): Offers => {
  const createRefused = createRefusal(situation)
  return { choices: createRefused === null ? ['create', 'cancel'] : ['cancel'], createRefused }
}

const createRefusal = ({ provider, trusted, heldVerified }: Situation): ErrorCode | null => {
  const refused = refusal('create', { provider })
  if (refused !== null) return refused
  return trusted && heldVerified ? 'email_taken' : null
}
