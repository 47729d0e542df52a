import type { OpenHistory } from '../clients/temporal.js'
import { authPipelineWorkflowId } from '../domain/workflow-ids.js'
import { timelineOf } from '../support/timeline.js'
import { lineOf, storyOf } from './attempts.js'
import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'
import type { Replayed } from './replay-open.js'

/**
 * Takes one sign-in's history, replays it on the workflows of this build, and prints its story with the event ids.
 * @throws CommandError where Temporal has no history of it, it cannot be read, or this build does something else than it says
 */
export const replayAttempt = async (
  dependencies: CliDependencies,
  attemptId: string,
  replay: (histories: Iterable<OpenHistory>) => AsyncIterable<Replayed>,
): Promise<void> => {
  const { database, pipelines, print } = dependencies
  const { attempt, story } = await storyOf(dependencies, attemptId)
  const workflowId = authPipelineWorkflowId(attempt.provider.organization.id, attemptId)
  const history = await pipelines.history(workflowId)
  const run = await pipelines.story(workflowId)
  if (history === null || run === null)
    throw new CommandError(
      'Temporal has no history of this sign-in: a known identity needs no run, and histories are kept for 7 days.',
    )
  for (const entry of await timelineOf({ database }, story, [run])) print(lineOf(entry))
  for await (const { error, unreadable = false } of replay([history])) {
    if (error !== undefined)
      throw new CommandError(
        unreadable
          ? `The history cannot be read, and the run stalls: ${error.message}`
          : `This build does something else than the history says: ${error.message}`,
      )
  }
  print(`Replayed: this build does what the history says.`)
}
