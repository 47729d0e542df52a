import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import { createMailActivities, createPipelineActivities } from '../../activities/activities.js'
import type { MailDependencies } from '../../activities/dependencies.js'
import { createLogger } from '../../clients/log.js'
import type { PipelineRun } from '../../clients/temporal.js'
import { createDataConverter } from '../../clients/payload-codec.js'
import { createSendGridTransport } from '../../clients/sendgrid.js'
import { startMailSink } from '../../dev/demo/sink.js'
import type { MailSink } from '../../dev/demo/sink.js'
import { seed } from '../../dev/seed.js'
import { authPipelineWorkflowId } from '../../domain/workflow-ids.js'
import { createDatabase } from '../../store/stores.js'
import { authPipelineWorkflowType, taskQueues } from '../../workflows/contract.js'
import { openAttempt } from './attempts.js'
import { createTestDatabase } from './database.js'
import type { TestDatabase } from './database.js'
import { testKeyring, testKeys } from './keys.js'
import { createTimeSkipping, workflowBundle } from './temporal.js'

/** Workflows and activities on the time-skipping server, with a real Postgres whose clock follows, and the real mail sink. */
export interface Skipping {
  readonly environment: TestWorkflowEnvironment
  readonly testDatabase: TestDatabase
  readonly dependencies: MailDependencies
  readonly inbox: MailSink
  /** An attempt that awaits a decision since now. */
  open(name: string): Promise<PipelineRun>
  /** Starts the run of an attempt. */
  start(run: PipelineRun): ReturnType<TestWorkflowEnvironment['client']['workflow']['start']>
  /** Lets so much time pass, timers and all. */
  sleep(duration: string): Promise<void>
  stop(): Promise<void>
}

/** @param override replaces parts of what the activities work with, to make them fail */
export const startSkipping = async (
  override: (dependencies: MailDependencies) => Partial<MailDependencies> = () => ({}),
): Promise<Skipping> => {
  const folder = mkdtempSync(join(tmpdir(), 'auth-pipeline-skipping-'))
  const [environment, testDatabase, inbox] = await Promise.all([
    createTimeSkipping(),
    createTestDatabase(),
    startMailSink({
      port: 0,
      apiKey: 'SG.test',
      apiOrigin: 'http://127.0.0.1:9',
      dataDir: folder,
      log: createLogger('test', 'silent'),
    }),
  ])
  await seed({ databaseUrl: testDatabase.url, issuer: 'https://issuer.example', keys: testKeys })
  const whole: MailDependencies = {
    database: createDatabase(testDatabase.pool),
    keyring: testKeyring,
    publicOrigin: 'https://sign-in.example',
    supportContact: null,
    transport: createSendGridTransport({
      apiKey: 'SG.test',
      baseUrl: inbox.url,
      from: { name: 'Auth Pipeline', email: 'no-reply@auth-pipeline.example' },
      timeout: 1_500,
    }),
  }
  const dependencies = { ...whole, ...override(whole) }
  const setClock = async (): Promise<void> => {
    const ahead = (await environment.currentTimeMs()) - Date.now()
    await testDatabase.pool.query(`update app.clock set offset_by = $1 * interval '1 millisecond'`, [ahead])
  }
  /** Sets the database's clock to the server's before each step: one world, one time. */
  const inTime = <Activities extends object>(activities: Activities): Activities =>
    Object.fromEntries(
      Object.entries(activities).map(([name, activity]: [string, (input: unknown) => Promise<unknown>]) => [
        name,
        async (input: unknown) => {
          await setClock()
          return activity(input)
        },
      ]),
    ) as Activities
  const namespace = environment.namespace ?? 'default'
  const common = {
    connection: environment.nativeConnection,
    namespace,
    dataConverter: createDataConverter(testKeyring, namespace),
  }
  const workers = await Promise.all([
    Worker.create({
      ...common,
      taskQueue: taskQueues.pipeline,
      workflowBundle,
      activities: inTime(createPipelineActivities(dependencies)),
    }),
    Worker.create({
      ...common,
      taskQueue: taskQueues.mail,
      activities: inTime(createMailActivities(dependencies)),
    }),
  ])
  const running = Promise.all(workers.map((worker) => worker.run()))

  return {
    environment,
    testDatabase,
    dependencies,
    inbox,
    async open(name) {
      await setClock()
      return openAttempt(dependencies, name)
    },
    start: (run) =>
      environment.client.workflow.start(authPipelineWorkflowType, {
        workflowId: authPipelineWorkflowId(run.organizationId, run.attemptId),
        taskQueue: taskQueues.pipeline,
        args: [{ attemptId: run.attemptId, deadline: run.expiresAt.getTime() }],
      }),
    sleep: (duration) => environment.sleep(duration),
    async stop() {
      for (const worker of workers) worker.shutdown()
      await running
      await environment.teardown()
      await inbox.close()
      await testDatabase.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
