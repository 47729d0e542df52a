import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../clients/log.js'
import type { PipelineClient } from '../clients/temporal.js'
import { inLanes } from '../domain/in-lanes.js'

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
  const enough = new AbortController()
  const nudged = inLanes(waiting, lanes, async (id) => {
    if (enough.signal.aborted) return
    try {
      await pipelines.nudgeMail(id)
      untold--
    } catch (error) {
      cause ??= error
    }
  })
  const patience = sleep(patienceMs, undefined, { signal: enough.signal }).catch(() => undefined)
  await Promise.race([nudged, patience])
  enough.abort()
  if (untold > 0) log?.warn({ error: cause, untold }, 'nudges are left to the relay')
}
