import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../store/stores.js'
import { hasEnded } from '../ended-attempt.js'
import type { EndedAttempt } from '../ended-attempt.js'

const longestWaitMs = 3_000
const longestPauseMs = 250

/**
 * Looks for the outcome of an attempt by primary key: after 15 ms, then after pauses that double up to 250 ms, 3 s in all.
 * @returns null where there is none yet
 */
export const awaitOutcome = async (database: Database, attemptId: string): Promise<EndedAttempt | null> => {
  const until = Date.now() + longestWaitMs
  for (let pause = 15; ; pause = Math.min(pause * 2, longestPauseMs)) {
    const attempt =
      (await database.attempts.findOutcome(attemptId)) === null
        ? null
        : await database.attempts.find(attemptId)
    if (attempt !== null && hasEnded(attempt)) return attempt
    if (Date.now() >= until) return null
    await sleep(pause)
  }
}
