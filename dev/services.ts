import { setTimeout as sleep } from 'node:timers/promises'
import { row } from './progress.js'
import type { RunningProcess, Spawned } from './process.js'

/** Starts a process and waits until it answers; tells of it by `spawned` before it does. */
export type Start<T extends RunningProcess> = (spawned: Spawned) => Promise<T>

/** How a kept process stands; `backAt` is when it is started again, in milliseconds since 1970. */
export type Condition =
  { readonly state: 'up' | 'starting' } | { readonly state: 'away'; readonly backAt: number }

export interface Services {
  /** Aborted once the end has begun. */
  readonly stopping: AbortSignal
  /**
   * Starts a process and keeps it running: one that ends by itself is started again, after 1 s, then 2 s, up to 10 s.
   * Rejects when the first start fails.
   */
  keep<T extends RunningProcess>(name: string, start: Start<T>): Promise<T>
  /** How a kept process stands; undefined where none of that name is kept. */
  condition(name: string): Condition | undefined
  /** Ends a kept process by a signal, as an accident would, and starts it again only after `awayMs`. */
  strike(name: string, signal: NodeJS.Signals, awayMs: number): void
  /** Starts what is away at once. */
  hurry(): void
  /** Stops all, the youngest first. */
  stop(): Promise<void>
  /** Ends all at once. */
  kill(): void
}

export interface ServicesOptions {
  readonly show: (line: string) => void
  /** Told of each process, also of one that takes the place of another. */
  readonly spawned: (name: string, started: RunningProcess) => void
}

interface Kept {
  running: RunningProcess | undefined
  condition: Condition
  /** How long the next absence lasts, where somebody has said so. */
  awayMs: number | undefined
  /** Ends the absence. */
  hurry: AbortController
}

const firstDelayMs = 1000
const longestDelayMs = 10_000
/** Who ran this long has not died of its start: the next delay is short again. */
const settledMs = 30_000

export function createServices({ show, spawned }: ServicesOptions): Services {
  const services = new Map<string, Kept>()
  const stopping = new AbortController()

  const launch = async <T extends RunningProcess>(name: string, kept: Kept, start: Start<T>): Promise<T> => {
    stopping.signal.throwIfAborted()
    kept.condition = { state: 'starting' }
    const started = await start((process) => {
      kept.running = process
      spawned(name, process)
      if (stopping.signal.aborted) process.kill()
    })
    kept.condition = { state: 'up' }
    return started
  }

  const stayAway = async (kept: Kept, ms: number): Promise<void> => {
    kept.hurry = new AbortController()
    kept.condition = { state: 'away', backAt: Date.now() + ms }
    const signal = AbortSignal.any([stopping.signal, kept.hurry.signal])
    await sleep(ms, undefined, { signal }).catch(() => stopping.signal.throwIfAborted())
  }

  const watch = async (name: string, kept: Kept, start: Start<RunningProcess>, first: RunningProcess) => {
    let current: RunningProcess | undefined = first
    for (let delay = firstDelayMs; ; delay = Math.min(delay * 2, longestDelayMs)) {
      const since = performance.now()
      const how = await current?.exited
      if (stopping.signal.aborted) return
      if (performance.now() - since > settledMs) delay = firstDelayMs
      const away = kept.awayMs ?? delay
      kept.awayMs = undefined
      if (how !== undefined) show(`[${name}] ended and is started again in ${away / 1000} s: ${how}`)
      await stayAway(kept, away)
      current = await launch(name, kept, start).catch((error: unknown) => {
        if (!stopping.signal.aborted)
          show(`[${name}] ${error instanceof Error ? error.message : String(error)}`)
        return undefined
      })
      if (current !== undefined) show(`[${name}] is back`)
    }
  }

  return {
    stopping: stopping.signal,
    keep: async (name, start) => {
      const kept: Kept = {
        running: undefined,
        condition: { state: 'starting' },
        awayMs: undefined,
        hurry: new AbortController(),
      }
      services.set(name, kept)
      const first = await launch(name, kept, start)
      watch(name, kept, start, first).catch((error: unknown) => {
        if (!stopping.signal.aborted) throw error
      })
      return first
    },
    condition: (name) => services.get(name)?.condition,
    strike: (name, signal, awayMs) => {
      const kept = services.get(name)
      if (kept === undefined || kept.condition.state === 'away') return
      kept.awayMs = awayMs
      kept.running?.kill(signal)
    },
    hurry: () => {
      for (const kept of services.values()) kept.hurry.abort()
    },
    stop: async () => {
      stopping.abort()
      for (const [name, { running }] of [...services].toReversed()) {
        if (running === undefined) continue
        const since = performance.now()
        await running.stop()
        show(row(name, 'stopped', since))
      }
    },
    kill: () => {
      stopping.abort()
      for (const { running } of services.values()) running?.kill()
    },
  }
}
