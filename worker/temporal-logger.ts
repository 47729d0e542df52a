import { DefaultLogger } from '@temporalio/worker'
import type { Logger as TemporalLogger } from '@temporalio/worker'
import type { Logger } from '../clients/log.js'

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const

/** What the SDK warns of and we meant: the mail queue has activities only. */
const meant = 'No workflows registered'

/** The SDK's log lines in our format, with the ids that name a run. */
export const temporalLogger = (log: Logger): TemporalLogger =>
  new DefaultLogger('INFO', ({ level, message, meta }) => {
    const { workflowId, runId, activityType, attempt, taskQueue, error } = (meta ?? {}) as Record<
      string,
      unknown
    >
    log[message.startsWith(meant) ? 'debug' : levels[level]](
      { workflowId, runId, activityType, attempt, taskQueue, ...failure(error) },
      message,
    )
  })

/** The native side tells a failed call as text, and only its status is sure to hold nothing of what was sent. */
const failure = (error: unknown): object =>
  typeof error === 'string' ? { status: /code: '?([\w ]+)/.exec(error)?.[1] } : { error }
