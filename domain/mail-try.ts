import { ambiguousWaitSeconds, mailCopiesCap, mailRules } from './mail.js'
import type { MailKind, MailState } from './mail.js'

export interface TryFacts {
  readonly kind: MailKind
  readonly state: MailState
  /** The round that the caller works for, and the one that the mail is in. */
  readonly round: { readonly asked: number; readonly current: number }
  readonly roundSeconds: number
  readonly ambiguousTries: number
  readonly secondsSinceAmbiguous: number | null
  readonly pausedSeconds: number
}

export type TryPlan =
  | { readonly do: 'send' }
  /** `paused` waits use up no budget. */
  | { readonly do: 'wait'; readonly seconds: number; readonly why: 'paused' | 'ambiguous' }
  /** Waits for support, or is over, as its kind has it. */
  | { readonly do: 'park'; readonly reason: 'budget_used_up' | 'copies_used_up' }
  /** Somebody else finished this mail, or it has moved on to another round. */
  | { readonly do: 'stop' }

/** What the next try of a mail does (spec: mail, "Delivery"). */
export const planTry = (facts: TryFacts): TryPlan => {
  if (facts.round.asked !== facts.round.current) return { do: 'stop' }
  if (facts.state !== 'queued' && facts.state !== 'sending') return { do: 'stop' }
  if (facts.pausedSeconds > 0) return { do: 'wait', seconds: facts.pausedSeconds, why: 'paused' }
  if (facts.roundSeconds > mailRules[facts.kind].budgetSeconds)
    return { do: 'park', reason: 'budget_used_up' }
  if (facts.secondsSinceAmbiguous === null) return { do: 'send' }
  const wait = ambiguousWaitSeconds - facts.secondsSinceAmbiguous
  if (wait > 0) return { do: 'wait', seconds: wait, why: 'ambiguous' }
  return facts.ambiguousTries < mailCopiesCap ? { do: 'send' } : { do: 'park', reason: 'copies_used_up' }
}
