import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { projectRoot } from '../../dev/paths.js'
import type { Block } from './block.js'
import { countWork } from './counts.js'
import { measureBacklog } from './mail-backlog.js'
import { measureOpen } from './open-decisions.js'
import { startParts } from './parts.js'
import { performancePage } from './performance-page.js'
import type { Results } from './performance-page.js'
import { percentile, ratioOf, round } from './statistics.js'
import { createWorkloads } from './workloads.js'
import type { Workload } from './workloads.js'

/** `npm run bench`: all workloads beside their baselines in one run, in alternating blocks; writes results and page. */
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, huge: { type: 'boolean', default: false } },
})
const show = (line: string): void => console.log(line)
/** The first round warms up and is dropped. */
const rounds = options.quick ? 2 : 6
const sizes: Readonly<Record<Workload, number>> = options.quick
  ? { W1: 200, K: 200, B: 60, W2: 40, W3: 20, W4: 20, F: 40 }
  : { W1: 500, K: 500, B: 150, W2: 150, W3: 50, W4: 50, F: 150 }
const openSteps = options.quick ? [200] : options.huge ? [1_000, 10_000, 100_000] : [1_000, 10_000]
const lanes = 16

const parts = await startParts(show)
try {
  const results = await measure()
  const root = projectRoot()
  writeFileSync(join(root, 'bench/results.json'), `${JSON.stringify(results, null, 2)}\n`)
  const page = join(root, 'docs/performance.md')
  writeFileSync(page, performancePage(results, readFileSync(page, 'utf8')))
  show(JSON.stringify(results, null, 2))
} finally {
  await parts.stop()
}
process.exit(0)

async function measure(): Promise<Results> {
  const run = createWorkloads(parts)
  const blocks: Record<Workload, Block[]> = { W1: [], K: [], B: [], W2: [], W3: [], W4: [], F: [] }
  // One lane: what a person waits while nobody else is there.
  const alone: Record<'W2' | 'F', Block[]> = { W2: [], F: [] }
  const order: readonly Workload[] = ['W2', 'F', 'W3', 'W4', 'W1', 'K', 'B']
  for (let round = 0; round < rounds; round++) {
    // Every other round runs backwards, so that nothing always comes after the same.
    for (const name of round % 2 === 0 ? order : order.toReversed()) {
      const block = await run(name, sizes[name], lanes)
      if (round > 0) blocks[name].push(block)
      const perSecond = (block.flows / block.seconds).toFixed(1)
      show(`round ${round} ${name}: ${perSecond}/s, CPU ms per flow ${JSON.stringify(block.cpuOf)}`)
    }
    for (const name of ['W2', 'F'] as const) {
      const block = await run(name, Math.ceil(sizes[name] / 3), 1)
      if (round > 0) alone[name].push(block)
    }
  }
  const counts = await countWork(parts, run)
  const cold = await coldStarts()
  const backlog = await measureBacklog(parts, options.quick ? 60 : 300, options.quick ? 20 : 50, show)
  const open = await measureOpen(parts, run, openSteps, show)

  const throughput = ({ flows, seconds }: Block): number => flows / seconds
  const thrift = ({ flows, cpuSeconds }: Block): number => flows / cpuSeconds
  const decided = ({ taken }: Block): number =>
    percentile(
      taken.map((each) => each.decided ?? NaN),
      0.95,
    )
  const compare = (a: readonly Block[], b: readonly Block[], of: (block: Block) => number) =>
    ratioOf(a.map((block, index) => [of(block), of(b[index] as Block)] as const))
  return {
    ratios: {
      w2_over_floor_throughput: compare(blocks.W2, blocks.F, throughput),
      decision_p95_over_floor: compare(blocks.W2, blocks.F, decided),
      decision_p95_over_floor_alone: compare(alone.W2, alone.F, decided),
      w1_over_better_auth_per_cpu_second: compare(blocks.W1, blocks.B, thrift),
      w1_over_plain_koa: compare(blocks.W1, blocks.K, thrift),
      p95_with_10k_open_over_none:
        (open.find((step) => step.open === 10_000) ?? open.at(-1))?.p95 ?? ratioOf([]),
    },
    counts,
    open,
    backlog,
    cold,
    absolute: Object.fromEntries(
      Object.entries(blocks).map(([name, all]) => {
        const taken = all.flatMap((block) => block.taken.map((each) => each.all))
        return [
          name,
          {
            per_second: round(percentile(all.map(throughput), 0.5)),
            per_cpu_second: round(percentile(all.map(thrift), 0.5)),
            cpu_ms: all.at(-1)?.cpuOf ?? {},
            p50_ms: round(percentile(taken, 0.5)),
            p95_ms: round(percentile(taken, 0.95)),
            p99_ms: round(percentile(taken, 0.99)),
          },
        ]
      }),
    ) as Results['absolute'],
    machine: {
      cpus: cpus().length,
      cpu: cpus()[0]?.model ?? 'unknown',
      memory_gib: Math.round(totalmem() / 2 ** 30),
      node: process.version,
      quick: options.quick,
    },
  }
}

/** W7: from the start of a process until it serves. */
async function coldStarts(): Promise<Results['cold']> {
  const [api, worker]: [number[], number[]] = [[], []]
  for (let i = 0; i < 3; i++) {
    api.push(await parts.coldStart('api'))
    worker.push(await parts.coldStart('worker'))
  }
  return { api_ms: round(percentile(api, 0.5)), worker_ms: round(percentile(worker, 0.5)) }
}
