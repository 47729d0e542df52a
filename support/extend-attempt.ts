import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../domain/errors.js'
import { maxExtensions } from '../domain/support.js'
import { authPipelineWorkflowId } from '../domain/workflow-ids.js'
import { refused } from './act.js'
import type { StaffAct, SupportDependencies } from './act.js'

export interface ExtendAttempt extends StaffAct {
  readonly attemptId: string
  /** How many extensions whoever asks has seen: one press of the button gives one more, however often it is pressed. */
  readonly seenExtensions?: number
}

/** Seconds after which whoever asked may ask again. */
const askAgainAfter = 10
const longestWaitMs = 3_000
const pauseMs = 50

/**
 * Gives a person who has to decide 60 min more, twice at most: the run is asked, and writes the row.
 * @returns when the attempt expires now
 * @throws AppError `not_found`, `refused`; `unavailable` where it is not known yet whether it will be done
 */
export const extendAttempt = async (dependencies: SupportDependencies, act: ExtendAttempt): Promise<Date> => {
  const { database, pipelines } = dependencies
  const { attemptId, actor, reason } = act
  const attempt = await database.attempts.find(attemptId)
  if (attempt === null) throw new AppError('not_found')
  const given = await database.attemptSearch.extensionsOf(attemptId)
  if (attempt.outcome !== null || attempt.expired) throw refused('attempt_ended')
  if (act.seenExtensions !== undefined && act.seenExtensions < given) return attempt.expiresAt
  if (attempt.stage === 'finishing') throw refused('attempt_decided')
  if (attempt.stage !== 'awaiting_decision') throw refused('attempt_not_waiting')
  if (given >= maxExtensions) throw refused('extended_enough')

  const workflowId = authPipelineWorkflowId(attempt.provider.organization.id, attemptId)
  const request = { actor, reason, extension: given + 1 }
  // What a run has not answered may be done later. Asked again with what was seen before, it is the same request.
  const unknown = (cause?: unknown): AppError =>
    new AppError('unavailable', {
      refusal: 'not_known_yet',
      retryAfter: askAgainAfter,
      members: { seen_extensions: given },
      cause,
    })
  const answer = await pipelines
    .extend(workflowId, request, `extend/${attemptId}/${given + 1}`)
    .catch((error: unknown) => {
      throw unknown(error)
    })
  if (answer === 'refused') throw refused('attempt_ended')
  if (answer === 'not_open') throw refused('run_missing')
  const until = Date.now() + longestWaitMs
  while ((await database.attemptSearch.extensionsOf(attemptId)) <= given) {
    if (Date.now() > until) throw unknown()
    await sleep(pauseMs)
  }
  return (await database.attempts.find(attemptId))?.expiresAt ?? attempt.expiresAt
}
