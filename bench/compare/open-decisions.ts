import { inLanes } from '../../domain/in-lanes.js'
import { residentBytes } from './cpu.js'
import { openFlow } from './flows.js'
import type { Parts } from './parts.js'
import { percentile, ratioOf, round } from './statistics.js'
import type { Ratio } from './statistics.js'
import type { RunWorkload } from './workloads.js'

export interface OpenDecisions {
  readonly open: number
  /** p95 of a new pipeline beside them, against the same with none open. */
  readonly p95: Ratio
  readonly workerBytesPerOpen: number
}

/**
 * W5: people who do not decide. Pipelines are opened until so many wait; then new ones run beside them.
 * @param steps how many wait, rising
 */
export const measureOpen = async (
  parts: Parts,
  run: RunWorkload,
  steps: readonly number[],
  show: (line: string) => void,
): Promise<OpenDecisions[]> => {
  const p95s = async (): Promise<number[]> => {
    const rounds: number[] = []
    for (let i = 0; i < 3; i++) {
      const { taken } = await run('W2', 100, 8)
      rounds.push(
        percentile(
          taken.map(({ all }) => all),
          0.95,
        ),
      )
    }
    return rounds
  }
  const results: OpenDecisions[] = []
  const none = await p95s()
  const memory = residentBytes(parts.pids.worker)
  let open = 0
  for (const step of steps) {
    const subjects = Array.from({ length: step - open }, (_, index) => `waiting-${open + index}`)
    await inLanes(subjects, 16, (subject) => openFlow(parts, subject))
    open = step
    const { rows } = await parts.pool.query<{ n: number }>(
      `select count(*)::int n from attempts where stage = 'awaiting_decision' and started_at is not null`,
    )
    if (rows[0]?.n !== open)
      throw new Error(`${rows[0]?.n} of ${open} wait for a decision: the figures are void`)
    const beside = await p95s()
    results.push({
      open,
      p95: ratioOf(beside.map((p95, index) => [p95, none[index] ?? NaN] as const)),
      workerBytesPerOpen: round((residentBytes(parts.pids.worker) - memory) / open),
    })
    show(`W5 ${open} open: ${JSON.stringify(results.at(-1))}`)
  }
  return results
}
