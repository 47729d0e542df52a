import type { EmailAddress } from './email-address.js'

/** What a person typed with the decision; kept sealed, because it may hold an address. */
export interface DecisionInput {
  readonly email?: EmailAddress
  readonly name?: string
}
