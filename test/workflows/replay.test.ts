import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { WorkflowBundleOption } from '@temporalio/worker'
import { replayOpen } from '../../cli/replay-open.js'
import { createDataConverter } from '../../clients/payload-codec.js'
import { bundleWorkflows } from '../../worker/bundle.js'
import { replayHistories } from '../../worker/replay.js'
import { authPipelineWorkflowId } from '../../domain/workflow-ids.js'
import * as workflows from '../../workflows/index.js'
import { decideFor, openAttempt } from '../support/attempts.js'
import { testKeyring, testKeys } from '../support/keys.js'
import { eventually, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { workflowBundle } from '../support/temporal.js'
import { untilRunKnows } from '../support/until.js'
import { shapes } from './histories/shapes.js'

interface RecordedFile {
  readonly namespace: string
  readonly runs: readonly { readonly workflowId: string; readonly history: unknown }[]
}

const folder = join(import.meta.dirname, 'histories')
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as RecordedFile

/** What replays of the recorded runs of a shape end with: null, or what is wrong. */
const replay = async (file: string, bundle: WorkflowBundleOption): Promise<(string | null)[]> => {
  const { namespace, runs } = read(file)
  const input = {
    namespace,
    workflowBundle: bundle,
    dataConverter: createDataConverter(testKeyring, namespace),
  }
  const results: (string | null)[] = []
  for await (const { error } of replayHistories(runs, input)) results.push(error?.name ?? null)
  return results
}

let broken: WorkflowBundleOption
beforeAll(async () => {
  broken = { code: await bundleWorkflows(fileURLToPath(new URL('broken-workflows.ts', import.meta.url))) }
})

describe('recorded histories', () => {
  it('are there for every shape, and for every workflow', () => {
    expect(files).toEqual(
      Object.keys(shapes)
        .map((shape) => `${shape.replaceAll(' ', '-')}.json`)
        .sort(),
    )
    const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'))
    for (const name of Object.keys(workflows))
      expect([name, texts.some((text) => text.includes(`"name": "${name}"`))]).toEqual([name, true])
  })

  it.each(files)('P84, I14 replay on the workflows of today: %s', async (file) => {
    const results = await replay(file, workflowBundle)
    expect(results).toEqual(read(file).runs.map(() => null))
  })

  it('P84, S111 are not taken for good where a change breaks them', async () => {
    expect(await replay('created.json', broken)).toEqual(['DeterminismViolationError'])
    expect(await replay('terminated.json', broken)).toEqual(['DeterminismViolationError'])
    expect(await replay('delivered-by-a-run-of-its-own.json', broken)).toEqual([null])
  })
})

describe('replay:open', () => {
  let product: Product
  let decided: { readonly workflowId: string }
  beforeAll(async () => {
    product = await startProduct()
    await product.pipelines.start(await openAttempt(product.dependencies))
    const run = await openAttempt(product.dependencies)
    decided = { workflowId: authPipelineWorkflowId(run.organizationId, run.attemptId) }
    await decideFor(product.dependencies, run.attemptId, 'create')
    await product.pipelines.startAndNudge(run, 'create')
    await untilRunKnows(product.temporal.workflow.getHandle(decided.workflowId), 'accepted')
    await eventually(async () => ((await openRuns()) === 2 ? true : null))
  })
  afterAll(() => product.stop())

  const openRuns = async () => (await product.temporal.workflow.count('ExecutionStatus = "Running"')).count
  const printed = async (bundle: WorkflowBundleOption): Promise<string> => {
    const lines: string[] = []
    const { namespace } = product.pipelines
    const input = {
      namespace,
      workflowBundle: bundle,
      dataConverter: createDataConverter(testKeyring, namespace),
    }
    await replayOpen({ pipelines: product.pipelines, print: (line) => lines.push(line) }, (histories) =>
      replayHistories(histories, input),
    )
    return lines.join('\n')
  }

  it('P84 says that the open runs of a namespace replay', async () => {
    expect(await printed(workflowBundle)).toBe('All 2 open runs replay on this build.')
  })

  it('P84 names those that would stall', async () => {
    // Only the timer of the other one stands in its history, and one timer is as good as another.
    const { workflowId } = decided
    await expect(printed(broken)).rejects.toThrow(`1 of 2 open runs would stall on this build.`)
    await expect(printed(broken)).rejects.toThrow(`\n  ${workflowId}: `)
  })

  const command = (keys: string, ...args: string[]) =>
    promisify(execFile)(
      process.execPath,
      [fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url)), ...args],
      {
        env: {
          ...process.env,
          NODE_ENV: 'development',
          PUBLIC_ORIGIN: product.origin,
          DATABASE_URL: product.testDatabase.url,
          APP_KEYS: keys,
          SENDGRID_API_KEY: 'SG.test',
          MAIL_FROM: 'Auth Pipeline <no-reply@auth-pipeline.example>',
          TEMPORAL_ADDRESS: product.temporalAddress,
          TEMPORAL_NAMESPACE: product.pipelines.namespace,
        },
      },
    )

  it('is a command', async () => {
    const { stdout } = await command(testKeys, 'replay-open')
    expect(stdout).toContain('All 2 open runs replay on this build.')
    expect(stdout.split('\n').filter(Boolean)).toHaveLength(1)
  })

  describe('where the key of the payloads is missing', () => {
    const others = `other:${Buffer.alloc(32, 8).toString('base64')}`
    const missing = 'the key "test1" is missing: put it into APP_KEYS'

    it('fails for every run, also for one that no worker has taken yet, and says nothing else', async () => {
      await product.stopWorkers()
      try {
        await product.pipelines.start(await openAttempt(product.dependencies))
        await eventually(async () => ((await openRuns()) === 3 ? true : null))
        const { code, stdout, stderr } = await failed(command(others, 'replay-open'))
        expect([code, stdout]).toEqual([1, ''])
        const [first, ...runs] = stderr.trimEnd().split('\n')
        expect(first).toBe('3 of 3 open runs would stall on this build.')
        expect(runs).toHaveLength(3)
        for (const run of runs) expect(run).toMatch(new RegExp(`^  auth/\\S+: ${missing}$`))
      } finally {
        await product.startWorkers()
      }
    })

    it('fails for one sign-in, too', async () => {
      const attemptId = decided.workflowId.split('/').at(-1) ?? ''
      const { code, stdout, stderr } = await failed(command(others, 'replay', attemptId))
      expect(code).toBe(1)
      expect(stdout).not.toContain('Replayed')
      expect(stderr).toBe(`The history cannot be read, and the run stalls: ${missing}\n`)
    })
  })
})

const failed = (run: Promise<unknown>): Promise<{ code: number; stdout: string; stderr: string }> =>
  run.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  )
