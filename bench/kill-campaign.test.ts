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

/** However busy the machine is, who has waited so long has lost the sign-in. */
const patienceMs = 300_000

it(`kills at every point, ${rounds} times each`, async () => {
  const lanes: KillLane[] = await Promise.all(Array.from({ length: laneCount }, () => startKillLane()))
  try {
    const [first] = lanes
    if (first === undefined) throw new Error('no lane')
    const found = await discoverPoints(first)
    const points = onlyDistinct ? distinctPoints(found) : found
    const undisturbed = await killRun(first, null, patienceMs)
    const runs: KillRun[] = []
    const gaveUp: string[] = []
    for (let round = 1; round <= rounds; round++) {
      const queue = [...points]
      await Promise.all(
        lanes.map(async (lane) => {
          for (let point = queue.shift(); point !== undefined; point = queue.shift())
            await killRun(lane, point, patienceMs).then(
              (run) => runs.push(run),
              (error: unknown) => gaveUp.push(`${point.process} ${point.name}: ${String(error)}`),
            )
        }),
      )
      // Whoever ends the campaign early has what it has shown so far.
      const summary = {
        points: points.length,
        rounds: round,
        ...summaryOf(runs, undisturbed),
        gave_up: gaveUp,
      }
      writeFileSync(results, `${JSON.stringify(summary, null, 2)}\n`)
      process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`)
      expect(summary).toMatchObject({ gave_up: [], violations: 0, differences: 0 })
    }
  } finally {
    await Promise.all(lanes.map((lane) => lane.stop()))
  }
})

const summaryOf = (runs: readonly KillRun[], undisturbed: KillRun): object => {
  const seconds = runs.map((run) => run.secondsAfterRestart).sort((a, b) => a - b)
  return {
    runs: runs.length,
    deaths: runs.filter(({ died }) => died).length,
    survived: runs.filter(({ died, point }) => !died && point?.certain === true).length,
    violations: runs.reduce((sum, run) => sum + run.violations.length, 0),
    differences: runs.filter(({ rows }) => JSON.stringify(rows) !== JSON.stringify(undisturbed.rows)).length,
    second_copies: runs.filter(({ copies }) => copies > 1).length,
    most_copies: Math.max(...runs.map(({ copies }) => copies)),
    seconds_after_restart: { median: seconds[Math.floor(seconds.length / 2)], longest: seconds.at(-1) },
    later_than_15_s: runs
      .filter((run) => run.secondsAfterRestart > longestSeconds)
      .map(
        ({ point, secondsAfterRestart }) =>
          `${point?.process} ${point?.name}: ${secondsAfterRestart.toFixed(1)} s`,
      ),
  }
}
