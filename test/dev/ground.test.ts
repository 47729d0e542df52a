import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Client, Connection } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker'
import { createDataConverter } from '../../clients/payload-codec.js'
import { createTestDatabase } from '../support/database.js'
import { testKeyring } from '../support/keys.js'
import { createTestNamespace, createTimeSkipping } from '../support/temporal.js'
import { answer, waitForAnswer } from './ground-workflow.js'

let workflowBundle: WorkflowBundleWithSourceMap

beforeAll(async () => {
  const workflowsPath = fileURLToPath(new URL('./ground-workflow.ts', import.meta.url))
  workflowBundle = await bundleWorkflowCode({
    workflowsPath,
    failureConverterPath: fileURLToPath(new URL('../../clients/failure-converter.cjs', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  })
})

describe('the real Temporal server', () => {
  it('carries one workflow with one signal to its end', async () => {
    const { address, namespace } = await createTestNamespace()
    const taskQueue = 'ground'
    const [connection, native] = [
      await Connection.connect({ address }),
      await NativeConnection.connect({ address }),
    ]
    const worker = await Worker.create({ connection: native, namespace, taskQueue, workflowBundle })
    const client = new Client({ connection, namespace })

    const result = await worker.runUntil(async () => {
      const run = await client.workflow.start(waitForAnswer, { taskQueue, workflowId: 'ground' })
      await run.signal(answer, 'here')
      return run.result()
    })

    expect(result).toBe('here')
    await connection.close()
    await native.close()
  })
})

describe('the time-skipping server', () => {
  let environment: TestWorkflowEnvironment

  beforeAll(async () => {
    environment = await createTimeSkipping()
  })
  afterAll(() => environment.teardown())

  const runOnce = async (signal?: string): Promise<string> => {
    const taskQueue = 'ground'
    const { client, nativeConnection: connection } = environment
    // As the client of the environment writes, so the worker has to read.
    const dataConverter = createDataConverter(testKeyring, 'default')
    const worker = await Worker.create({ connection, taskQueue, workflowBundle, dataConverter })
    return worker.runUntil(async () => {
      const handle = await client.workflow.start(waitForAnswer, {
        taskQueue,
        workflowId: `ground-${signal ?? 'deadline'}`,
      })
      if (signal !== undefined) await handle.signal(answer, signal)
      return handle.result()
    })
  }

  it('carries one workflow with one signal to its end', async () => {
    expect(await runOnce('here')).toBe('here')
  })

  it('lets a day pass at once', async () => {
    expect(await runOnce()).toBe('no answer')
  })
})

describe('a test database', () => {
  it('is migrated, of its own, and has a clock that a test can move', async () => {
    const [one, other] = [await createTestDatabase(), await createTestDatabase()]
    const count = async (database: typeof one): Promise<unknown> =>
      (await database.pool.query('select count(*)::int as count from organizations')).rows[0]
    const clock = async (): Promise<number> => {
      const { rows } = await one.pool.query<{ now: Date }>('select app.now() as now')
      return (rows[0]?.now ?? new Date(0)).getTime()
    }

    await one.pool.query(`insert into organizations (slug, name) values ('only-here', 'Only here')`)
    expect([await count(one), await count(other)]).toEqual([{ count: 1 }, { count: 0 }])

    const before = await clock()
    await one.advanceClock(86_400_000)
    const passed = (await clock()) - before
    expect(passed).toBeGreaterThanOrEqual(86_400_000)
    expect(passed).toBeLessThan(86_460_000)

    await one.drop()
    await other.drop()
  })
})
