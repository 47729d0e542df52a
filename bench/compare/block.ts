import { setTimeout as sleep } from 'node:timers/promises'
import { cpuSeconds } from './cpu.js'
import type { Flow, Taken } from './flows.js'
import { inLanes } from '../../domain/in-lanes.js'
import { round } from './statistics.js'

export interface Block {
  readonly flows: number
  readonly seconds: number
  readonly cpuSeconds: number
  /** Milliseconds of CPU per flow, by process. */
  readonly cpuOf: Readonly<Record<string, number>>
  readonly taken: readonly Taken[]
}

export interface BlockInput {
  readonly flow: Flow
  readonly subjects: readonly string[]
  /** People at the same time; the next comes when one has finished. */
  readonly lanes: number
  /** Processes whose CPU counts. */
  readonly pids: Readonly<Record<string, number>>
  /** Until when the block is not over; throws where what should stand does not. */
  readonly gate: () => Promise<boolean>
}

const gateMs = 30_000

/** One block of one workload. A figure of a block whose gate does not hold is void: this throws. */
export const runBlock = async ({ flow, subjects, lanes, pids, gate }: BlockInput): Promise<Block> => {
  const cpu = usage(pids)
  const began = performance.now()
  const taken = await inLanes(subjects, lanes, flow)
  const until = performance.now() + gateMs
  while (!(await gate())) {
    if (performance.now() > until) throw new Error('the correctness gate does not hold: the figures are void')
    await sleep(20)
  }
  const used = Object.entries(usage(pids)).map(
    ([name, seconds]) => [name, seconds - (cpu[name] ?? 0)] as const,
  )
  return {
    flows: subjects.length,
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: used.reduce((sum, [, seconds]) => sum + seconds, 0),
    cpuOf: Object.fromEntries(
      used.map(([name, seconds]) => [name, round((1000 * seconds) / subjects.length)]),
    ),
    taken,
  }
}

const usage = (pids: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSeconds(pid)]))
