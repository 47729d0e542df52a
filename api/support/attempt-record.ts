import type { RunStory } from '../../clients/run-story.js'
import type { IdentityClaims } from '../../domain/identity-claims.js'
import { AppError } from '../../domain/errors.js'
import { openClaims } from '../../domain/sealed-claims.js'
import { authPipelineWorkflowId } from '../../domain/workflow-ids.js'
import type { Attempt } from '../../store/attempts.js'
import type { AttemptStory } from '../../store/attempt-story.js'
import type { SupportDependencies } from './dependencies.js'
import { timelineOf } from '../../support/timeline.js'
import type { TimelineEntry } from '../../support/timeline.js'

/** All that is known of one attempt. */
export interface AttemptRecord {
  readonly attempt: Attempt
  readonly story: AttemptStory
  readonly claims: IdentityClaims | null
  readonly entries: readonly TimelineEntry[]
  /** Its run, as long as Temporal has it and answers. */
  readonly run: RunStory | null
  readonly workflowId: string
}

/** @throws AppError `not_found` */
export const recordOf = async (
  dependencies: SupportDependencies,
  attempt: Attempt,
): Promise<AttemptRecord> => {
  const { database } = dependencies
  const story = await database.attemptStory.find(attempt.id)
  if (story === null) throw new AppError('not_found')
  const workflowId = authPipelineWorkflowId(attempt.provider.organization.id, attempt.id)
  const others = story.mails.map((mail) => mail.workflowId).filter((id) => id !== workflowId)
  const runs = await runsOf(dependencies, [workflowId, ...new Set(others)])
  return {
    attempt,
    story,
    claims: claimsIfKept(dependencies, attempt),
    entries: await timelineOf(
      dependencies,
      story,
      runs.filter((run) => run !== null),
    ),
    run: runs[0] ?? null,
    workflowId,
  }
}

/** The page is made from Postgres; what Temporal has is added where it answers. */
export const runsOf = (
  { log, pipelines }: SupportDependencies,
  workflowIds: readonly string[],
): Promise<(RunStory | null)[]> =>
  Promise.all(
    workflowIds.map((id) =>
      pipelines.story(id).catch((error: unknown) => {
        log.warn({ error, workflowId: id }, 'no history for the timeline')
        return null
      }),
    ),
  )

/** Null where the provider has said nothing, or its words are past their time and their key is gone. */
const claimsIfKept = ({ keyring }: SupportDependencies, { id, claims }: Attempt): IdentityClaims | null => {
  if (claims === null) return null
  try {
    return openClaims(keyring, { id, claims })
  } catch {
    return null
  }
}
