import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { NativeConnection, Runtime } from '@temporalio/worker'
import type { Worker } from '@temporalio/worker'
import { createSettle } from '../activities/settle.js'
import { createKeyring } from '../clients/keyring.js'
import { createLogger } from '../clients/log.js'
import { createMetrics } from '../clients/metrics.js'
import { createDataConverter } from '../clients/payload-codec.js'
import { createSendGridTransport } from '../clients/sendgrid.js'
import { createPipelineClient } from '../clients/temporal.js'
import { configOrExit } from '../config.js'
import { createPool } from '../store/pool.js'
import { createDatabase } from '../store/stores.js'
import { bundlePath } from './bundle.js'
import { createCoreMetrics } from './core-metrics.js'
import { drain } from './drain.js'
import { every } from './every.js'
import { serveHealth } from './health.js'
import { createLastPoll } from './last-poll.js'
import type { LastPoll } from './last-poll.js'
import { retryMails } from '../support/retry-mails.js'
import { sealAudit } from './sealer.js'
import {
  relayAttempts,
  relayBulkMails,
  relayDeliveries,
  relayEnded,
  relayMails,
  relayNudges,
} from './relay.js'
import { sweep } from './sweep.js'
import { temporalLogger } from './temporal-logger.js'
import { createWorkers } from './workers.js'

const config = configOrExit(process.env)
const log = createLogger('worker', config.logLevel)
// The SDK would end the process by its own rules on SIGTERM; this process stops in an order of its own.
const core = await createCoreMetrics()
Runtime.install({
  logger: temporalLogger(log),
  shutdownSignals: [],
  telemetryOptions: {
    // What the native side says goes the same way as the rest: by itself it would write to the console in a form of its own.
    logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
    metrics: {
      prometheus: { bindAddress: core.bindAddress, useSecondsForDurations: true, unitSuffix: true },
    },
  },
})

const pool = createPool({
  databaseUrl: config.databaseUrl,
  applicationName: 'auth-pipeline-worker',
  maxConnections: 20,
  // Below the 2 s of a local activity, so that the database gives up first and nothing is committed behind its back.
  statementTimeout: 1_500,
  onIdleError: (error) => log.warn({ error }, 'idle database connection lost'),
})
const database = createDatabase(pool)
const keyring = createKeyring(config.keys)
const dependencies = {
  database,
  keyring,
  transport: createSendGridTransport({ ...config.sendGrid, from: config.mailFrom, timeout: 10_000 }),
  publicOrigin: config.publicOrigin,
  supportContact: config.supportContact,
}
const pipelines = createPipelineClient(process.env, keyring)

const stopping = new AbortController()
const onSignal = (): void => {
  // The next signal finds nobody who listens, and ends the process at once.
  process.off('SIGTERM', onSignal).off('SIGINT', onSignal)
  stopping.abort()
}
process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
// A parent that was killed closes the channel to us, where there is one.
process.once('disconnect', () => stopping.abort())

/** Temporal may start after us, or be away: tries until it answers, or until we are told to stop. */
const connect = async (): Promise<NativeConnection | null> => {
  const { connectionOptions } = loadClientConnectConfig()
  while (!stopping.signal.aborted) {
    try {
      return await NativeConnection.connect(connectionOptions)
    } catch (error) {
      log.warn({ error }, 'Temporal does not answer yet')
      await sleep(1_000, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  return null
}

const workers: Worker[] = []
let lastPoll: LastPoll = () => Promise.resolve(null)
const metrics = createMetrics(() => database.figures.read())
// Before Temporal has answered: an orchestrator must not take waiting for it for death.
const health = serveHealth({
  ...config.workerListen,
  workers,
  lastPoll: () => lastPoll(),
  database,
  reachable: () => pipelines.reachable(),
  stopping: stopping.signal,
  metrics: async () => (await Promise.all([metrics.text(), core.text()])).join('\n'),
})
health.once('error', (error) => {
  log.error({ error, ...config.workerListen }, 'worker cannot listen: is the port taken?')
  process.exit(1)
})

/** Rows that one statement of what cleans up takes: with all that hangs on them it ends within the pool's timeout. */
const page = 200

// Attempts and mails come to their end in Postgres, with or without Temporal.
const repeated = [
  every(1_000, 'relay', log, () => relayAttempts({ database, pipelines, log })),
  // People wait for what it starts: a code, a link.
  every(250, 'delivery relay', log, () => relayDeliveries({ database, pipelines, log })),
  every(1_000, 'ended relay', log, () => relayEnded({ database, pipelines, log })),
  every(1_000, 'nudge relay', log, () => relayNudges({ database, pipelines, log })),
  every(30_000, 'mail relay', log, () => relayMails({ database, pipelines, log })),
  every(1_000, 'sealer', log, () => sealAudit(database)),
  every(1_000, 'staff retries', log, () => retryMails({ ...dependencies, pipelines, log })),
  every(10_000, 'bulk mail relay', log, () => relayBulkMails({ database, pipelines, log })),
  every(10_000, 'sweep', log, () => sweep({ database, settle: createSettle(dependencies), log })),
  every(60_000, 'purge', log, () => drain(stopping.signal, () => database.rateLimits.purge(page))),
  every(60_000, 'forgetting', log, () => drain(stopping.signal, () => database.people.forgetClaims(page))),
  every(60_000, 'retention', log, () => drain(stopping.signal, () => database.retention.purge(page))),
  every(60_000, 'audit retention', log, () =>
    drain(stopping.signal, () => database.transaction(({ auditSeals }) => auditSeals.purge(page))),
  ),
]

/** Serves the queues until this process is told to stop. */
const serveQueues = async (connection: NativeConnection): Promise<void> => {
  const namespace = loadClientConnectConfig().namespace ?? 'default'
  const identity = `${process.pid}@${hostname()}`
  lastPoll = createLastPoll({ connection, namespace, identity })
  const created = await createWorkers({
    connection,
    namespace,
    identity,
    workflowBundle: { codePath: bundlePath },
    dataConverter: createDataConverter(keyring, namespace),
    dependencies,
  })
  workers.push(...created)
  const running = Promise.all(workers.map((worker) => worker.run()))
  const shutdown = (): void => {
    for (const worker of workers) worker.shutdown()
  }
  if (stopping.signal.aborted) shutdown()
  else stopping.signal.addEventListener('abort', shutdown)
  log.info({ ...config.workerListen }, 'worker runs')
  await running
}

stopping.signal.addEventListener('abort', () => log.info('worker stops'))
const connection = await connect()
if (connection !== null) await serveQueues(connection)
health.close()
await Promise.all(repeated.map((work) => work.stop()))
await Promise.all([pipelines.close(), pool.end()])
process.exit(0)
