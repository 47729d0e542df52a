import type { Choice } from './attempt.js'
import type { ErrorCode } from './errors.js'
import { refusal } from './policy.js'
import type { ProviderFacts } from './policy.js'

export interface Situation {
  readonly provider: ProviderFacts
  /** The browser is signed in as R. */
  readonly signedIn: boolean
  /** The asserted address is trusted (`addressIsTrusted`), or the typed one was proved inside this attempt. */
  readonly trusted: boolean
  /** Some user holds that address as verified. Looked up only where `trusted`: otherwise nothing may depend on it. */
  readonly heldVerified: boolean
}

export interface Offers {
  readonly choices: readonly Choice[]
  /** Why an account cannot be created here, where it cannot. */
  readonly createRefused: ErrorCode | null
}

/**
 * What the decision page offers (spec: pipeline 3, "The decision page"). `merge` is "I already have an account": whose it is takes
 * a proof, so it is offered whoever holds the address, and to R as "use another account".
 */
export const offersFor = (situation: Situation): Offers => {
  const { provider, signedIn } = situation
  const createRefused = createRefusal(situation)
  const attaches = refusal('link', { provider }) === null
  const offered: Readonly<Record<Choice, boolean>> = {
    link: signedIn && attaches,
    merge: attaches,
    create: createRefused === null,
    cancel: true,
  }
  return {
    choices: (['link', 'merge', 'create', 'cancel'] as const).filter((c) => offered[c]),
    createRefused,
  }
}

/** What is offered where the account of the session goes into one that the person had before. */
export const foldOffers = ({ provider }: Pick<Situation, 'provider'>): Offers => ({
  choices: refusal('link', { provider }) === null ? ['merge', 'cancel'] : ['cancel'],
  createRefused: null,
})

const createRefusal = ({ provider, trusted, heldVerified }: Situation): ErrorCode | null => {
  const refused = refusal('create', { provider })
  if (refused !== null) return refused
  return trusted && heldVerified ? 'email_taken' : null
}
