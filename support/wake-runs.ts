import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../clients/log.js'
import type { PipelineClient } from '../clients/temporal.js'

/** Calls to Temporal at once. */
const lanes = 8

/** However many runs there are and however Temporal does, nobody waits longer than this. */
const patienceMs = 1_000

/**
 * Tells runs at once that something happened to the mails that they hold. What cannot be told in time is left to the relay, or to the
 * run's own next look.
 */
export const wakeRuns = async (
  { pipelines, log }: { readonly pipelines: Pick<PipelineClient, 'nudgeMail'>; readonly log?: Logger },
  workflowIds: readonly string[],
): Promise<void> => {
  const waiting = [...new Set(workflowIds)]
  let untold = waiting.length
  let cause: unknown
  const lane = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await pipelines.nudgeMail(id)
        untold--
      } catch (error) {
        cause ??= error
      }
    }
  }
  const stopped = new AbortController()
  const patience = sleep(patienceMs, undefined, { signal: stopped.signal }).catch(() => undefined)
  await Promise.race([Promise.all(Array.from({ length: lanes }, lane)), patience])
  stopped.abort()
  waiting.length = 0
  if (untold > 0) log?.warn({ error: cause, untold }, 'nudges are left to the relay')
}
