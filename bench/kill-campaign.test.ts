import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from '@jest/globals'
import { startKillLane } from '../test/support/kill-lane.js'
import type { KillLane } from '../test/support/kill-lane.js'
import { discoverPoints, distinctPoints, killRun } from '../test/kill/kill-run.js'
import type { KillRun } from '../test/kill/kill-run.js'

/** `npm run campaign:kill`; KILL_ROUNDS, KILL_LANES and KILL_POINTS=distinct (those of `npm test`) change how long it takes. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 20)
const laneCount = Number(process.env['KILL_LANES'] ?? 4)
const onlyDistinct = process.env['KILL_POINTS'] === 'distinct'
/** From a restart to the end of the sign-in. */
const longestSeconds = 15
const results = fileURLToPath(new URL('kill-campaign.json', import.meta.url))

it(`kills at every point, ${rounds} times each`, async () => {
  const lanes: KillLane[] = await Promise.all(Array.from({ length: laneCount }, () => startKillLane()))
  try {
    const [first] = lanes
    if (first === undefined) throw new Error('no lane')
    const found = await discoverPoints(first)
    const points = onlyDistinct ? distinctPoints(found) : found
    const undisturbed = await killRun(first, null)
    const queue = Array.from({ length: rounds }, () => points).flat()
    const runs: KillRun[] = []
    const gaveUp: string[] = []
    await Promise.all(
      lanes.map(async (lane) => {
        for (let point = queue.shift(); point !== undefined; point = queue.shift())
          await killRun(lane, point).then(
            (run) => runs.push(run),
            (error: unknown) => gaveUp.push(`${point.process} ${point.name}: ${String(error)}`),
          )
      }),
    )
    const seconds = runs.map((run) => run.secondsAfterRestart).sort((a, b) => a - b)
    const slowest = runs.filter((run) => run.secondsAfterRestart > longestSeconds)
    const summary = {
      points: points.length,
      rounds,
      runs: runs.length,
      deaths: runs.filter(({ died }) => died).length,
      survived: runs.filter(({ died, point }) => !died && point?.certain === true).length,
      gave_up: gaveUp,
      violations: runs.reduce((sum, run) => sum + run.violations.length, 0),
      differences: runs.filter(({ rows }) => JSON.stringify(rows) !== JSON.stringify(undisturbed.rows))
        .length,
      second_copies: runs.filter(({ copies }) => copies > 1).length,
      most_copies: Math.max(...runs.map(({ copies }) => copies)),
      seconds_after_restart: { median: seconds[Math.floor(seconds.length / 2)], longest: seconds.at(-1) },
      too_late: slowest.map(
        ({ point, secondsAfterRestart }) =>
          `${point?.process} ${point?.name}: ${secondsAfterRestart.toFixed(1)} s`,
      ),
    }
    writeFileSync(results, `${JSON.stringify(summary, null, 2)}\n`)
    process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`)
    expect(summary).toMatchObject({ gave_up: [], violations: 0, differences: 0, survived: 0 })
  } finally {
    await Promise.all(lanes.map((lane) => lane.stop()))
  }
})
