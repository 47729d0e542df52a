import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startKillLane } from '../support/kill-lane.js'
import type { KillLane } from '../support/kill-lane.js'
import { discoverPoints, distinctPoints, killRun } from './kill-run.js'
import type { KillPoint, KillRun } from './kill-run.js'

/** Lanes wait for Temporal's timeouts most of the time, so several share the processors. */
const laneCount = 4
/** Milliseconds after which the points that are left are told as not reached: better than no word of any. */
const patienceMs = 540_000
/** From the person's first click to the end of the run: the time to start again, and at most one timeout of a step. */
const longestSeconds = 45

const lanes: KillLane[] = []
let points: KillPoint[]
let undisturbed: KillRun
beforeAll(async () => {
  await Promise.all(Array.from({ length: laneCount }, async () => lanes.push(await startKillLane())))
  const [first] = lanes
  if (first === undefined) throw new Error('no lane')
  points = distinctPoints(await discoverPoints(first))
  undisturbed = await killRun(first, null)
}, 180_000)
afterAll(() => Promise.all(lanes.map((lane) => lane.stop())))

/** What is wrong with a run, in words that name its point; null where nothing is. */
const faultOf = (run: KillRun): string | null => {
  const faults = [
    ...run.violations.map(({ what }) => what),
    ...(JSON.stringify(run.rows) === JSON.stringify(undisturbed.rows)
      ? []
      : [`left ${JSON.stringify(run.rows)}`]),
    ...(run.died || run.point?.certain !== true ? [] : ['nobody died']),
    ...(run.copies <= 2 ? [] : [`${run.copies} copies`]),
    ...(run.seconds <= longestSeconds ? [] : [`took ${run.seconds.toFixed(0)} s`]),
  ]
  return faults.length === 0 ? null : `${run.point?.process} ${run.point?.name}: ${faults.join('; ')}`
}

describe('a process that dies at any point of a sign-in', () => {
  it('P82, A19, A20, F01, F02, F06, F07: loses nothing and does nothing twice', async () => {
    const queue = [...points]
    const faults: string[] = []
    const until = performance.now() + patienceMs
    let passed = 0
    await Promise.all(
      lanes.map(async (lane) => {
        for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
          const { process, name } = point
          if (performance.now() > until) {
            faults.push(`${process} ${name}: not reached in time`)
            continue
          }
          const fault = await killRun(lane, point).then(
            faultOf,
            (error: unknown) => `${process} ${name}: ${String(error)}`,
          )
          if (fault === null) passed++
          else faults.push(fault)
        }
      }),
    )
    expect(faults).toEqual([])
    // A sign-in passes so many: fewer would mean that the hooks no longer see them.
    expect(passed).toBeGreaterThan(50)
  }, 600_000)
})
