import { setTimeout as sleep } from 'node:timers/promises'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { NativeConnection, Runtime } from '@temporalio/worker'
import { createSettle } from '../activities/settle.js'
import { createKeyring } from '../clients/keyring.js'
import { createLogger } from '../clients/log.js'
import { createDataConverter } from '../clients/payload-codec.js'
import { createSendGridTransport } from '../clients/sendgrid.js'
import { createPipelineClient } from '../clients/temporal.js'
import { readConfig } from '../config.js'
import { createPool } from '../store/pool.js'
import { createDatabase } from '../store/stores.js'
import { bundlePath } from './bundle.js'
import { every } from './every.js'
import { serveHealth } from './health.js'
import { relayAttempts, relayMails, relayNudges } from './relay.js'
import { sweep } from './sweep.js'
import { temporalLogger } from './temporal-logger.js'
import { createWorkers } from './workers.js'

const config = readConfig(process.env)
const log = createLogger('worker', config.logLevel)
// The SDK would end the process by its own rules on SIGTERM; this process stops in an order of its own.
Runtime.install({ logger: temporalLogger(log), shutdownSignals: [] })

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
}
const pipelines = createPipelineClient(process.env, keyring)

const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())
process.once('SIGINT', () => stopping.abort())
// A parent that was killed closes the channel to us, where there is one.
process.once('disconnect', () => stopping.abort())

/** Temporal may start after us, or be away: tries until it answers. */
const connect = async (): Promise<NativeConnection> => {
  const { connectionOptions } = loadClientConnectConfig()
  for (;;) {
    try {
      return await NativeConnection.connect(connectionOptions)
    } catch (error) {
      if (stopping.signal.aborted) throw error
      log.warn({ error }, 'Temporal does not answer yet')
      await sleep(1_000)
    }
  }
}

const namespace = loadClientConnectConfig().namespace ?? 'default'
const workers = await createWorkers({
  connection: await connect(),
  namespace,
  workflowBundle: { codePath: bundlePath },
  dataConverter: createDataConverter(keyring, namespace),
  dependencies,
})
const health = serveHealth(workers, config.workerListen.host, config.workerListen.port)
const repeated = [
  every(1_000, 'relay', log, () => relayAttempts({ database, pipelines, log })),
  every(1_000, 'nudge relay', log, () => relayNudges({ database, pipelines, log })),
  every(30_000, 'mail relay', log, () => relayMails({ database, pipelines, log })),
  every(10_000, 'sweep', log, () => sweep({ database, settle: createSettle(dependencies), log })),
]
const running = Promise.all(workers.map((worker) => worker.run()))
stopping.signal.addEventListener('abort', () => {
  log.info('worker stops')
  for (const worker of workers) worker.shutdown()
})
log.info({ ...config.workerListen }, 'worker runs')

await running
health.close()
await Promise.all(repeated.map((work) => work.stop()))
await Promise.all([pipelines.close(), pool.end()])
process.exit(0)
