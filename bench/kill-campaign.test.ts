import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from '@jest/globals'
import { startKillLane } from '../test/support/kill-lane.js'
import type { KillLane } from '../test/support/kill-lane.js'
import { discoverPoints, killRun } from '../test/kill/kill-run.js'
import type { KillRun } from '../test/kill/kill-run.js'

/** `npm run campaign:kill`; KILL_ROUNDS and KILL_LANES change how long it takes. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 20)
const laneCount = Number(process.env['KILL_LANES'] ?? 3)
const results = fileURLToPath(new URL('kill-campaign.json', import.meta.url))

it(`kills at every point, ${rounds} times each`, async () => {
  const lanes: KillLane[] = await Promise.all(Array.from({ length: laneCount }, () => startKillLane()))
  try {
    const [first] = lanes
    if (first === undefined) throw new Error('no lane')
    const points = await discoverPoints(first)
    const undisturbed = await killRun(first, null)
    const queue = Array.from({ length: rounds }, () => points).flat()
    const runs: KillRun[] = []
    await Promise.all(
      lanes.map(async (lane) => {
        for (let point = queue.shift(); point !== undefined; point = queue.shift())
          runs.push(await killRun(lane, point))
      }),
    )
    const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b)
    const summary = {
      points: points.length,
      rounds,
      runs: runs.length,
      deaths: runs.filter(({ died }) => died).length,
      violations: runs.reduce((sum, run) => sum + run.violations.length, 0),
      differences: runs.filter(({ rows }) => JSON.stringify(rows) !== JSON.stringify(undisturbed.rows))
        .length,
      second_copies: runs.filter(({ copies }) => copies > 1).length,
      most_copies: Math.max(...runs.map(({ copies }) => copies)),
      seconds: { median: seconds[Math.floor(seconds.length / 2)], longest: seconds.at(-1) },
    }
    writeFileSync(results, `${JSON.stringify(summary, null, 2)}\n`)
    process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`)
    expect(summary).toMatchObject({ violations: 0, differences: 0 })
  } finally {
    await Promise.all(lanes.map((lane) => lane.stop()))
  }
})
