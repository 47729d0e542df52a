import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../clients/log.js'

/** Work that is done again and again until it is told to stop; a failure is logged and is no reason to stop. */
export interface Repeated {
  /** Ends after the turn under way. */
  stop(): Promise<void>
}

/** @param interval milliseconds between the end of one turn and the next */
export const every = (interval: number, name: string, log: Logger, turn: () => Promise<void>): Repeated => {
  const stopping = new AbortController()
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await turn().catch((error: unknown) => log.warn({ error, name }, 'turn failed'))
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
