import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../clients/log.js'

/** Work that is done again and again until it is told to stop; a failure is no reason to stop. */
export interface Repeated {
  /** Ends after the turn under way. */
  stop(): Promise<void>
}

/**
 * Logs the first of several failures in a row, and how many there were once a turn succeeds again: an outage of a minute is two
 * lines.
 * @param interval milliseconds between the end of one turn and the next
 */
export const every = (interval: number, work: string, log: Logger, turn: () => Promise<void>): Repeated => {
  const stopping = new AbortController()
  let failures = 0
  const attempt = async (): Promise<void> => {
    try {
      await turn()
      if (failures > 0) log.info({ work, failures }, 'succeeds again')
      failures = 0
    } catch (error) {
      if (failures++ === 0) log.warn({ work, error }, 'failed, is tried again')
    }
  }
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await attempt()
      await sleep(interval, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const running = run()
  return {
    stop() {
      stopping.abort()
      return running
    },
  }
}
