import type { Outcome } from '../domain/attempt.js'
import type { Attempt } from '../store/attempts.js'

export type EndedAttempt = Attempt & { readonly outcome: Outcome }

export const hasEnded = (attempt: Attempt): attempt is EndedAttempt => attempt.outcome !== null

/**
 * An attempt whose time is over and that nobody has decided has expired, whether or not its run has noted so. One that was
 * decided in time is carried out, however long that takes (spec: pipeline 2.7).
 */
export const asItStands = (attempt: Attempt): Attempt =>
  attempt.expired && !hasEnded(attempt) && attempt.stage !== 'finishing'
    ? { ...attempt, stage: 'ended', outcome: { result: 'expired' } }
    : attempt
