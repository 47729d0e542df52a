import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import proto from '@temporalio/proto'
import { NativeConnection, Worker } from '@temporalio/worker'
import type { MailDependencies } from '../../activities/dependencies.js'
import { createDataConverter } from '../../clients/payload-codec.js'
import { resolveTemporalCli } from '../../dev/binaries.js'
import { freePort } from '../../dev/ports.js'
import { startTemporal } from '../../dev/temporal-server.js'
import type { TemporalServer } from '../../dev/temporal-server.js'
import { authPipelineWorkflowId, mailDeliveryWorkflowId } from '../../domain/workflow-ids.js'
import { createLogger } from '../../clients/log.js'
import { relayAttempts, relayMails } from '../../worker/relay.js'
import { createWorkers } from '../../worker/workers.js'
import { searchAttributeTypes, taskQueues } from '../../workflows/contract.js'
import { decideFor, openAttempt } from '../support/attempts.js'
import { forbiddenMoves, recordMoves } from '../support/mail-moves.js'
import { testKeyring } from '../support/keys.js'
import { copiesTo, readMail } from '../support/mail-parts.js'
import { eventually, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { resetRun, taskEventsOf } from '../support/reset-run.js'
import { workflowBundle } from '../support/temporal.js'
import { untilRunKnows } from '../support/until.js'

const { TimeoutType } = proto.temporal.api.enums.v1

/** Events after which a run is asked to begin anew; the tests that do not mean it stay below. */
const suggestedAfter = 60

let folder: string
let server: TemporalServer
let product: Product
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'auth-pipeline-interrupted-'))
  server = await startTemporal({
    cliPath: await resolveTemporalCli(process.env, () => undefined),
    port: await freePort(),
    namespace: 'default',
    retentionHours: 168,
    searchAttributes: searchAttributeTypes,
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': String(suggestedAfter) },
    logFile: join(folder, 'temporal.log'),
    spawned: () => undefined,
  })
  product = await startProduct(undefined, { address: server.address, namespace: 'default' })
  await recordMoves(product.testDatabase.pool)
})
afterAll(async () => {
  await product.stop()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => void product.inbox.setFault({ mode: 'ok' }))

const relayed = () => ({ ...product, log: createLogger('test', 'silent') })
const open = async (name: string) => {
  const run = await openAttempt(product.dependencies, name)
  await product.pipelines.start(run)
  const handle = product.temporal.workflow.getHandle(
    authPipelineWorkflowId(run.organizationId, run.attemptId),
  )
  const decide = async () => {
    await decideFor(product.dependencies, run.attemptId, 'create')
    await product.pipelines.nudge(run, 'create')
  }
  return { run, handle, decide, address: `${name}@people.example` }
}
/** A run whose mail has come to that state. */
const created = async (name: string, state: string) => {
  const opened = await open(name)
  await opened.decide()
  const mailId = await eventually(
    async () => (await product.database.mail.listForAttempt(opened.run.attemptId))[0],
  )
  await reached(mailId, state)
  return { ...opened, mailId }
}
const reached = (mailId: string, state: string) =>
  eventually(async () => ((await readMail(product, mailId)).state === state ? true : null))
const confirm = async (address: string, workflowId: string): Promise<void> => {
  await product.testDatabase.pool.query(
    'update user_emails set verified_at = app.now() where canonical = $1',
    [address],
  )
  await product.pipelines.nudgeMail(workflowId)
}
/** What stands of an attempt in the end. */
const finalRows = async (attemptId: string) => {
  const { rows } = await product.testDatabase.pool.query<Record<string, unknown>>(
    `select a.outcome, a.outcome_how,
       (select count(*)::int from identities i where i.user_id = a.outcome_user_id) as identities,
       (select array_agg(concat_ws(' ', m.kind, m.state, m.round)) from mail_messages m where m.attempt_id = a.id) as mails,
       (select array_agg(concat_ws(' ', t.round, t.state) order by t.round, t.attempt)
        from mail_tries t join mail_messages m on m.id = t.mail_id where m.attempt_id = a.id) as tries,
       (select array_agg(event order by event) from audit_events e where e.attempt_id = a.id) as audit
     from attempts a where a.id = $1`,
    [attemptId],
  )
  return rows[0]
}

describe('cancel', () => {
  it('of a run of the mail’s own gives it up, and nobody takes the run for lost', async () => {
    product.inbox.setFault({ mode: '503' })
    const { handle, mailId, address } = await created('cancel-own', 'sending')
    await handle.terminate('so that the mail gets a run of its own')
    await product.testDatabase.advanceClock(11 * 60_000)
    await relayMails(relayed())
    const own = product.temporal.workflow.getHandle(mailDeliveryWorkflowId(mailId))
    await own.cancel()
    await expect(own.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })
    product.inbox.setFault({ mode: 'ok' })
    expect(await readMail(product, mailId)).toMatchObject({ state: 'cancelled', audit: ['mail.given_up'] })
    await product.testDatabase.advanceClock(11 * 60_000)
    await relayMails(relayed())
    expect([await product.pipelines.isOpen(own.workflowId), copiesTo(product, address)]).toEqual([false, []])
  })

  it('in the mail’s part gives the mail up; what was decided stands', async () => {
    const { run, handle, mailId } = await created('cancel-mail', 'accepted')
    await handle.cancel()
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })
    expect(await readMail(product, mailId)).toMatchObject({
      state: 'cancelled',
      audit: ['mail.accepted', 'mail.given_up'],
    })
    expect(await finalRows(run.attemptId)).toMatchObject({
      outcome: 'signed_in',
      outcome_how: 'created',
      identities: 1,
    })
    await untilRunKnows(handle, 'cancelled')
  })

  it('while the mail is being tried ends the tries', async () => {
    product.inbox.setFault({ mode: '503' })
    const { handle, mailId, address } = await created('cancel-tried', 'sending')
    await handle.cancel()
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })
    expect([(await readMail(product, mailId)).state, copiesTo(product, address)]).toEqual(['cancelled', []])
  })

  it('after a decision was accepted carries it out first', async () => {
    const { run, handle } = await open('cancel-decided')
    await decideFor(product.dependencies, run.attemptId, 'create')
    await handle.cancel()
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })
    expect(await finalRows(run.attemptId)).toMatchObject({
      outcome: 'signed_in',
      mails: ['confirmation cancelled 1'],
    })
  })
})

describe('terminate', () => {
  it('after a decision was accepted loses nothing: the relay has another run carry it out', async () => {
    const { run, handle, address } = await open('terminated-decided')
    await handle.terminate('by an operator')
    await decideFor(product.dependencies, run.attemptId, 'create')
    await product.testDatabase.advanceClock(3_000)
    await relayAttempts(relayed())
    const mailId = await eventually(
      async () => (await product.database.mail.listForAttempt(run.attemptId))[0],
    )
    await reached(mailId, 'accepted')
    await confirm(address, handle.workflowId)
    expect(await handle.result()).toEqual({
      outcome: { result: 'signed_in', how: 'created' },
      mail: 'confirmed',
    })
    expect(copiesTo(product, address)).toHaveLength(1)
  })

  it('in the mail’s part leaves the mail to a run of its own', async () => {
    product.inbox.setFault({ mode: '503' })
    const { handle, mailId, address } = await created('terminated-mail', 'sending')
    await handle.terminate('by an operator')
    product.inbox.setFault({ mode: 'ok' })
    await relayMails(relayed())
    expect(await readMail(product, mailId)).toMatchObject({
      state: 'sending',
      workflow_id: handle.workflowId,
    })

    await product.testDatabase.advanceClock(11 * 60_000)
    await relayMails(relayed())
    await reached(mailId, 'accepted')
    const workflowId = mailDeliveryWorkflowId(mailId)
    expect(await readMail(product, mailId)).toMatchObject({
      workflow_id: workflowId,
      audit: ['mail.accepted'],
    })
    await confirm(address, workflowId)
    expect(await product.temporal.workflow.getHandle(workflowId).result()).toBe('confirmed')
    expect(copiesTo(product, address)).toHaveLength(1)
  })
})

describe('a run that is lost while its mail waits for the person', () => {
  it('is replaced before the reminder is due, and nothing is sent twice', async () => {
    const { handle, mailId, address } = await created('lost-waiting', 'accepted')
    await handle.terminate('as if Temporal had been put back in time')
    await product.testDatabase.advanceClock(22 * 3_600_000)
    await relayMails(relayed())
    expect(await readMail(product, mailId)).toMatchObject({ workflow_id: handle.workflowId })

    await product.testDatabase.advanceClock(3_600_000 + 1_000)
    await relayMails(relayed())
    const workflowId = mailDeliveryWorkflowId(mailId)
    await confirm(address, workflowId)
    expect(await product.temporal.workflow.getHandle(workflowId).result()).toBe('confirmed')
    expect(copiesTo(product, address)).toHaveLength(1)
  })

  it('is not replaced where the mail tells a holder of the address: nothing is waited for', async () => {
    await product.testDatabase.pool.query(
      `with holder as (insert into users default values returning id)
       insert into user_emails (user_id, address, canonical, is_primary, verified_at)
       select id, $1, $1, true, app.now() from holder`,
      ['held@people.example'],
    )
    const { handle, mailId } = await created('held', 'accepted')
    await handle.result()
    await product.testDatabase.advanceClock(24 * 3_600_000)
    await relayMails(relayed())
    expect(await readMail(product, mailId)).toMatchObject({ workflow_id: handle.workflowId })
    const another = mailDeliveryWorkflowId(mailId)
    expect([await product.pipelines.story(another), await product.pipelines.history(another)]).toEqual([
      null,
      null,
    ])
  })
})

describe('reset', () => {
  it('to any of its workflow tasks ends in the same rows: one user, one mail, one retry', async () => {
    product.inbox.setFault({ mode: '400', times: 1 })
    const { run, handle, mailId, address } = await created('reset', 'parked')
    await untilRunKnows(handle, 'parked')
    await handle.executeUpdate('retryEmail', { args: [{ reason: 'try again' }], updateId: 'once' })
    await reached(mailId, 'accepted')
    const { runId } = await handle.describe()
    const before = await finalRows(run.attemptId)
    expect(before).toMatchObject({
      identities: 1,
      mails: ['confirmation accepted 2'],
      tries: ['1 refused', '2 accepted'],
    })

    const tasks = await taskEventsOf(product.temporal, handle.workflowId, runId)
    expect(tasks.length).toBeGreaterThanOrEqual(4)
    for (const task of tasks) {
      const resetTo = await resetRun(product.temporal, handle.workflowId, runId, task)
      await eventually(async () => ((await isIdle(handle.workflowId, resetTo)) ? true : null))
      expect({ task, ...(await finalRows(run.attemptId)) }).toEqual({ task, ...before })
    }
    expect(copiesTo(product, address)).toHaveLength(1)
    await confirm(address, handle.workflowId)
    expect(await handle.result()).toEqual({
      outcome: { result: 'signed_in', how: 'created' },
      mail: 'confirmed',
    })
  })

  it('while the mail is being tried goes on with it', async () => {
    product.inbox.setFault({ mode: '503' })
    const { handle, mailId, address } = await created('reset-tried', 'sending')
    const { runId } = await handle.describe()
    const [task = 0] = (await taskEventsOf(product.temporal, handle.workflowId, runId)).slice(-1)
    product.inbox.setFault({ mode: 'ok' })
    await resetRun(product.temporal, handle.workflowId, runId, task)
    await reached(mailId, 'accepted')
    expect([copiesTo(product, address).length, (await readMail(product, mailId)).audit]).toEqual([
      1,
      ['mail.accepted'],
    ])
    await handle.terminate()
  })
})

describe('a history that has grown long', () => {
  it('goes on in a new run, before the decision and after it', async () => {
    const { run, handle, decide, address } = await open('long')
    const first = (await handle.describe()).runId
    const second = await untilAnew(handle.workflowId, first, () => product.pipelines.nudge(run, 'link'))
    await decide()
    const mailId = await eventually(
      async () => (await product.database.mail.listForAttempt(run.attemptId))[0],
    )
    await reached(mailId, 'accepted')
    await untilAnew(handle.workflowId, second, () => product.pipelines.nudgeMail(handle.workflowId))
    await confirm(address, handle.workflowId)
    expect(await handle.result()).toEqual({
      outcome: { result: 'signed_in', how: 'created' },
      mail: 'confirmed',
    })
    expect(copiesTo(product, address)).toHaveLength(1)
    expect(await finalRows(run.attemptId)).toMatchObject({
      identities: 1,
      mails: ['confirmation confirmed 1'],
    })
  })

  it('keeps what support asked for, and does not ask again for a mail that was retried', async () => {
    product.inbox.setFault({ mode: '400', times: 1 })
    const { handle, mailId, address } = await created('long-support', 'parked')
    const { runId } = await handle.describe()
    await untilAnew(handle.workflowId, runId, () => product.pipelines.nudgeMail(handle.workflowId))
    // A run that has begun anew keeps the word of the former one.
    await eventually(() =>
      handle.executeUpdate('retryEmail', { args: [{ reason: 'try again' }] }).catch(() => null),
    )
    await reached(mailId, 'accepted')
    expect(await readMail(product, mailId)).toMatchObject({
      round: 2,
      tries: ['1 refused http_400', '2 accepted'],
    })
    expect(copiesTo(product, address)).toHaveLength(1)
    await handle.terminate()
  })
})

/**
 * Nudges a run until it has begun anew. A run that is about to end takes no signal (the server says that it is closing); whoever
 * nudged comes again, as the relay does. @returns the id of the new run
 */
const untilAnew = async (workflowId: string, runId: string, nudge: () => Promise<unknown>): Promise<string> =>
  eventually(async () => {
    await nudge().catch(() => undefined)
    const now = (await product.temporal.workflow.getHandle(workflowId).describe()).runId
    return now === runId ? null : now
  })

/** Whether a run waits for nothing but people: no task of it is under way. */
const isIdle = async (workflowId: string, runId: string): Promise<boolean> => {
  const { raw } = await product.temporal.workflow.getHandle(workflowId, runId).describe()
  const { events } = await product.temporal.workflow.getHandle(workflowId, runId).fetchHistory()
  const waits =
    events?.at(-1)?.timerStartedEventAttributes ??
    events?.at(-1)?.upsertWorkflowSearchAttributesEventAttributes
  return (raw.pendingActivities ?? []).length === 0 && !raw.pendingWorkflowTask && waits !== undefined
}

describe('a worker in the middle of a send', () => {
  it('that dies is missed after 6 s, and one that only takes long is left alone', async () => {
    await product.stopWorkers()
    const { dependencies } = product
    const connect = () => NativeConnection.connect({ address: server.address })
    const connections = [await connect(), await connect()] as const
    const common = {
      namespace: 'default',
      dataConverter: createDataConverter(testKeyring, 'default'),
    }
    let isDead!: (dead: true) => void
    const dead = new Promise<true>((resolve) => (isDead = resolve))
    let bury!: () => void
    const buried = new Promise<void>((resolve) => (bury = resolve))
    const dying = await Worker.create({
      ...common,
      connection: connections[0],
      taskQueue: taskQueues.mail,
      activities: {
        sendMail: () => {
          isDead(true)
          return buried
        },
      },
    })
    const slowly: MailDependencies['transport']['send'] = async (message) => {
      if (message.to.startsWith('slow')) await sleep(7_000)
      return dependencies.transport.send(message)
    }
    const [pipeline, living] = await createWorkers({
      ...common,
      connection: connections[1],
      workflowBundle,
      dependencies: { ...dependencies, transport: { send: slowly } },
    })
    if (pipeline === undefined || living === undefined) throw new Error('one worker for each queue')
    const ended = [dying.run(), pipeline.run()]
    try {
      const lost = await open('lost')
      await lost.decide()
      await dead
      dying.shutdown()
      ended.push(living.run())
      const slow = await created('slow', 'accepted')
      expect(await startsOf(slow)).toEqual([{ attempt: 1, missed: false }])
      const [mailId = ''] = await product.database.mail.listForAttempt(lost.run.attemptId)
      await reached(mailId, 'accepted')
      expect(await startsOf(lost)).toEqual([{ attempt: 2, missed: true }])
      await Promise.all([slow, lost].map(({ handle }) => handle.terminate()))
    } finally {
      bury()
      for (const worker of [pipeline, living]) if (worker.getState() === 'RUNNING') worker.shutdown()
      await Promise.all(ended)
      await Promise.all(connections.map((connection) => connection.close()))
      await product.startWorkers()
    }
  })

  /** How often a mail's activity has begun until it ended, and whether that was for want of a heartbeat. */
  const startsOf = async ({ handle }: Awaited<ReturnType<typeof open>>) => {
    const started = await eventually(async () => {
      const { events } = await handle.fetchHistory()
      const all = events?.flatMap(({ activityTaskStartedEventAttributes: start }) => start ?? [])
      return all?.length === 1 ? all : null
    })
    return started.map(({ attempt, lastFailure }) => ({
      attempt,
      missed: lastFailure?.timeoutFailureInfo?.timeoutType === TimeoutType.TIMEOUT_TYPE_HEARTBEAT,
    }))
  }
})

it('I13 no mail made a forbidden move', async () => {
  expect(await forbiddenMoves(product.testDatabase.pool)).toEqual([])
})
