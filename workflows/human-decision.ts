import { condition, workflowInfo } from '@temporalio/workflow'

export interface HumanDecision<Answer> {
  /** Shown beside the timer in the Web UI; nothing personal. */
  readonly summary: string
  /** Absolute, milliseconds since 1970; asked anew after every nudge, because it may have been put off. */
  readonly deadline: () => number
  /** How many nudges have come so far; a handler does nothing but count. */
  readonly nudges: () => number
  /**
   * Asks the system of record. Null while the person has not decided and the deadline has not passed there: its clock decides,
   * not ours.
   */
  readonly ask: () => Promise<Answer | null>
  /** Done once, where nobody has decided by then. */
  readonly reminder?: { readonly at: number; readonly send: () => Promise<void> }
  /** Begins the run anew where its history has grown long: each nudge adds to it, and anybody may nudge. */
  readonly continueAsNew: () => Promise<never>
}

/** How long to wait before asking again, where our clock is ahead of the database's. */
const clockSlackMs = 2_000

/**
 * Waits for a person: asks at every nudge and when the deadline passes, reminds once on the way. A nudge carries no
 * authority, so anybody may send one, any number of them, at any time; only what stands in the system of record counts.
 */
export const humanDecision = async <Answer>(options: HumanDecision<Answer>): Promise<Answer> => {
  const { ask, continueAsNew, deadline, nudges, summary } = options
  let { reminder } = options
  // A run that began anew asks first: what its predecessor heard is not told again.
  for (let seen = workflowInfo().continuedFromExecutionRunId === undefined ? 0 : -1; ;) {
    if (nudges() === seen) {
      const until = Math.min(deadline(), reminder?.at ?? Infinity)
      await condition(() => nudges() > seen, Math.max(until - Date.now(), clockSlackMs), { summary })
    }
    seen = nudges()
    const answer = await ask()
    // Also where there is an answer: what we were woken by may be less than an end, and the time for it is passing.
    if (reminder !== undefined && Date.now() >= reminder.at) {
      await reminder.send()
      reminder = undefined
    }
    if (answer !== null) return answer
    // A nudge that came while we asked must not be left behind.
    if (workflowInfo().continueAsNewSuggested && nudges() === seen) await continueAsNew()
  }
}
