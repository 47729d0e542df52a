import type { OpenHistory } from '../clients/temporal.js'
import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'

/** One replayed history; without `error` this build does what the history says. */
export interface Replayed {
  readonly workflowId: string
  readonly error?: Error | undefined
  /** The error is of its payloads, which could not be opened, and says nothing of this build. */
  readonly unreadable?: boolean
}

/** A deploy has many runs to look after and a person little time: so many are named. */
const named = 20

/**
 * Replays the histories of all open runs of the namespace on the workflows of this build, before it is deployed.
 * @param replay replays histories one after the other
 * @throws CommandError that names the runs which would stall
 */
export const replayOpen = async (
  { pipelines, print }: Pick<CliDependencies, 'pipelines' | 'print'>,
  replay: (histories: AsyncIterable<OpenHistory>) => AsyncIterable<Replayed>,
): Promise<void> => {
  let count = 0
  let reordered = false
  const broken: string[] = []
  for await (const { workflowId, error, unreadable = false } of replay(pipelines.openHistories())) {
    count++
    if (error === undefined) continue
    broken.push(`  ${workflowId}: ${error.message}`)
    reordered ||= !unreadable
  }
  if (broken.length > 0) {
    throw new CommandError(
      [
        `${broken.length} of ${count} open runs would stall on this build.${reordered ? ' Keep their order of steps with patched(), then try again.' : ''}`,
        ...broken.slice(0, named),
        ...(broken.length > named ? [`  and ${broken.length - named} more`] : []),
      ].join('\n'),
    )
  }
  print(count === 0 ? 'No open runs.' : `All ${count} open runs replay on this build.`)
}
