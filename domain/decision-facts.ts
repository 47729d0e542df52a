import type { Choice } from './attempt.js'
import { policyVersion } from './policy.js'
import type { ProviderFacts } from './policy.js'

/** What a decision rests on, recorded with it and looked at again in the commit (spec: pipeline 2.10). */
export interface DecisionFacts {
  readonly policyVersion: number
  /** The provider, as far as policy looks at it. */
  readonly provider: string
  readonly trusted: boolean
  /** T: the user that the identity is attached to; null where one is made or nothing is. */
  readonly target: string | null
  /** Who holds the address as verified, where the choice depends on it; null where nobody does or nothing does. */
  readonly holder: string | null
}

export interface FactsInput {
  readonly provider: ProviderFacts & {
    readonly id: string
    readonly issuer: string
    readonly admission: string
  }
  readonly trusted: boolean
  readonly target: string | null
  readonly holder: string | null
}

/** The facts under one choice. Only what the choice rests on is among them: a link does not fail because of somebody's address. */
export const factsFor = (
  choice: Choice,
  { provider, trusted, target, holder }: FactsInput,
): DecisionFacts => ({
  policyVersion,
  provider: [
    provider.id,
    provider.issuer,
    provider.status,
    [...provider.serves].sort().join(','),
    provider.admission,
    provider.overruledBy ?? '',
  ].join(' '),
  trusted: choice === 'create' && trusted,
  target: choice === 'link' || choice === 'merge' ? target : null,
  holder: choice === 'create' ? holder : null,
})

/** Whether any of them is another one now. */
export const factsChanged = (then: DecisionFacts, now: DecisionFacts): boolean =>
  then.policyVersion !== now.policyVersion ||
  then.provider !== now.provider ||
  then.trusted !== now.trusted ||
  then.target !== now.target ||
  then.holder !== now.holder
