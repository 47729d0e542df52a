import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { Client } from '@temporalio/client'
import type { DataConverter, Payload, SerializationContext } from '@temporalio/common'
import { NativeConnection } from '@temporalio/worker'
import { createKeyring } from '../../clients/keyring.js'
import { createDataConverter } from '../../clients/payload-codec.js'
import { resolveTemporalCli } from '../../dev/binaries.js'
import { authPipelineWorkflowId } from '../../domain/workflow-ids.js'
import { replayHistories } from '../../worker/replay.js'
import { createWorkers } from '../../worker/workers.js'
import { authPipelineWorkflowType, labels, taskQueues } from '../../workflows/contract.js'
import { decideFor, openAttempt } from '../support/attempts.js'
import { testKeyring } from '../support/keys.js'
import { readMail } from '../support/mail-parts.js'
import { eventually, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { workflowBundle } from '../support/temporal.js'
import { untilRunKnows } from '../support/until.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())
afterEach(() => void product.inbox.setFault({ mode: 'ok' }))

const namespace = () => product.temporal.options.namespace
const clientWith = (dataConverter: DataConverter): Client =>
  new Client({ connection: product.temporal.connection, namespace: namespace(), dataConverter })
/** Other workers in the place of the product's, for as long as `use` takes. */
const withWorkers = async (dataConverter: DataConverter, use: () => Promise<unknown>): Promise<void> => {
  await product.stopWorkers()
  const connection = await NativeConnection.connect({ address: product.temporalAddress })
  const { dependencies } = product
  const workers = await createWorkers({
    connection,
    namespace: namespace(),
    workflowBundle,
    dataConverter,
    dependencies,
  })
  const ended = Promise.all(workers.map((worker) => worker.run()))
  try {
    await use()
  } finally {
    for (const worker of workers) worker.shutdown()
    await ended
    await connection.close()
    await product.startWorkers()
  }
}

const open = async (name: string, client = product.temporal) => {
  const run = await openAttempt(product.dependencies, name)
  const handle = await client.workflow.start(authPipelineWorkflowType, {
    workflowId: authPipelineWorkflowId(run.organizationId, run.attemptId),
    taskQueue: taskQueues.pipeline,
    args: [{ attemptId: run.attemptId, deadline: run.expiresAt.getTime() }],
    staticDetails: 'details',
  })
  return { run, handle, decide: () => decideFor(product.dependencies, run.attemptId, 'create') }
}
const mailOf = (attemptId: string): Promise<string> =>
  eventually(async () => (await product.database.mail.listForAttempt(attemptId))[0])
const reached = (mailId: string, state: string) =>
  eventually(async () => ((await readMail(product, mailId)).state === state ? true : null))
const outcomeOf = async (attemptId: string) =>
  (
    await product.testDatabase.pool.query<{ outcome: string | null }>(
      'select outcome from attempts where id = $1',
      [attemptId],
    )
  ).rows[0]?.outcome

/** Each payload in a history with the path to it, search attributes and Core's own notes left out. */
const payloadsIn = (value: unknown, path = ''): { path: string; encoding: string }[] => {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return []
  if ('metadata' in value && 'data' in value) {
    const { encoding } = (value.metadata ?? {}) as Record<string, Uint8Array>
    return [{ path, encoding: Buffer.from(encoding ?? []).toString() }]
  }
  return Object.entries(value)
    .filter(([name]) => !['searchAttributes', 'header'].includes(name))
    .flatMap(([name, inner]) => payloadsIn(inner, `${path}.${name}`))
}

describe('a history', () => {
  it('T64, T65 holds nothing readable but words of ours', async () => {
    product.inbox.setFault({ mode: '400', times: 1 })
    const { run, handle, decide } = await open('readable')
    await decide()
    await handle.signal('create')
    const mailId = await mailOf(run.attemptId)
    await untilRunKnows(handle, 'parked')
    await handle.executeUpdate('retryEmail', { args: [{ reason: 'canary-reason' }] })
    await reached(mailId, 'accepted')
    await handle.cancel()
    await handle.result().catch(() => undefined)

    const { events } = await handle.fetchHistory()
    const found = (events ?? []).flatMap((event) =>
      payloadsIn(event).map(({ path, encoding }) => `${path.replaceAll(/\.\d+/g, '')} ${encoding}`),
    )
    const readable = new Set(found.filter((one) => !one.endsWith('binary/encrypted')))
    expect([...readable].sort()).toEqual([
      // Which local activity it was: Core writes this past every codec.
      '.markerRecordedEventAttributes.details.data.payloads json/plain',
      // Which change of ours the run began with (`patched()`).
      '.markerRecordedEventAttributes.details.patch-data.payloads json/plain',
      '.userMetadata.summary json/plain',
      // What support is answered.
      '.workflowExecutionUpdateCompletedEventAttributes.outcome.success.payloads json/plain',
    ])
    expect(found.filter((one) => one.endsWith('binary/encrypted')).length).toBeGreaterThan(8)
    expect(JSON.stringify(events)).not.toContain('canary')
  })
})

describe('the SDK', () => {
  it('T64 tells every codec call whose payload it is', async () => {
    const contexts: (SerializationContext | undefined)[] = []
    const note = (payloads: Payload[], context?: SerializationContext): Promise<Payload[]> => {
      contexts.push(context)
      return Promise.resolve(payloads)
    }
    const converter = createDataConverter(testKeyring, namespace())
    const recording = {
      ...converter,
      payloadCodecs: [...(converter.payloadCodecs ?? []), { encode: note, decode: note }],
    }
    await withWorkers(recording, async () => {
      product.inbox.setFault({ mode: '503', times: 1 })
      const { run, handle, decide } = await open('contexts', clientWith(recording))
      await decide()
      await handle.signal('create')
      const mailId = await mailOf(run.attemptId)
      await untilRunKnows(handle, 'accepted')
      await handle.query('__temporal_workflow_metadata')
      await expect(handle.executeUpdate('retryEmail', { args: [{ reason: '' }] })).rejects.toThrow()
      await handle.executeUpdate('retryEmail', { args: [{ reason: 'once more' }] })
      await eventually(async () => ((await readMail(product, mailId)).tries.length === 3 ? true : null))
      await (await handle.describe()).staticDetails()
      await handle.cancel()
      await expect(handle.result()).rejects.toThrow()
      expect(contexts.length).toBeGreaterThan(30)
      const strange = contexts.filter(
        (context) => context?.workflowId !== handle.workflowId || context.namespace !== namespace(),
      )
      expect(strange).toEqual([])
    })
  })
})

describe('a key', () => {
  const keyOf = (id: string) => ({ id, secret: Buffer.alloc(32, id) })
  const converterOf = (...ids: string[]) => createDataConverter(createKeyring(ids.map(keyOf)), namespace())

  it('F39 that is missing stalls a run and fails none; when it is back the run goes on and its history replays', async () => {
    let opened!: Awaited<ReturnType<typeof open>>
    await withWorkers(converterOf('new'), async () => {
      opened = await open('rotation', clientWith(converterOf('old')))
      const { run, handle, decide } = opened
      await decide()
      await handle.signal('create')
      await eventually(async () => {
        const { events } = await handle.fetchHistory()
        return events?.some((event) => event.workflowTaskFailedEventAttributes) ? true : null
      })
      expect((await handle.describe()).status.name).toBe('RUNNING')
      expect(await outcomeOf(run.attemptId)).toBeNull()
    })
    const { run, handle } = opened
    await withWorkers(converterOf('new', 'old'), async () => {
      const mailId = await eventually(() => mailOf(run.attemptId).catch(() => null))
      await reached(mailId, 'accepted')
    })
    const history = await handle.fetchHistory()
    const replays = async (...ids: string[]): Promise<boolean> => {
      const input = { namespace: namespace(), workflowBundle, dataConverter: converterOf(...ids) }
      for await (const { error } of replayHistories([{ workflowId: handle.workflowId, history }], input))
        if (error !== undefined) return false
      return true
    }
    expect([await replays('new', 'old'), await replays('new'), await replays('old')]).toEqual([
      true,
      false,
      false,
    ])
    await handle.terminate()
  })
})

describe('the Temporal CLI, without a codec', () => {
  const temporal = async (...args: string[]): Promise<string> => {
    const path = await resolveTemporalCli(process.env, () => undefined)
    const where = ['--address', product.temporalAddress, '--namespace', namespace()]
    const { stdout } = await promisify(execFile)(path, [...args, ...where], { timeout: 20_000 })
    return stdout
  }

  it('nudges a run, whatever is typed beside the name of the signal', async () => {
    const { run, handle, decide } = await open('typed-nudge')
    await temporal('workflow', 'signal', '-w', handle.workflowId, '--name', 'link', '--input', '{"user":"x"}')
    await decide()
    await temporal('workflow', 'signal', '-w', handle.workflowId, '--name', 'create')
    await reached(await mailOf(run.attemptId), 'accepted')
    expect(await outcomeOf(run.attemptId)).toBe('signed_in')
    await handle.terminate()
  })

  it('retries a mail with the reason that support types, and refuses what is no request', async () => {
    product.inbox.setFault({ mode: '400', times: 1 })
    const { run, handle, decide } = await open('typed-retry')
    await decide()
    await handle.signal('create')
    const mailId = await mailOf(run.attemptId)
    await reached(mailId, 'parked')
    const retry = (input: string) =>
      temporal(
        ...['workflow', 'update', 'execute', '-w', handle.workflowId],
        ...['--name', 'retryEmail', '--input', input],
      )
    await expect(retry(`{"mailId":"${mailId}"}`)).rejects.toThrow('a reason of 1 to 500 characters is needed')
    await expect(retry('{"mailId":"none","reason":"r"}')).rejects.toThrow('this run does not hold that mail')
    expect(await retry('{"reason":"the person called"}')).toContain(labels.retried)
    await reached(mailId, 'accepted')
    await handle.terminate()
  })
})
