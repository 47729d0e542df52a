import { createServer } from 'node:http'
import { createKeyring } from '../clients/keyring.js'
import { createLogger } from '../clients/log.js'
import { createMetrics } from '../clients/metrics.js'
import { createOidcClient } from '../clients/oidc.js'
import { createPasswordHasher } from '../clients/password-hash.js'
import { createPipelineClient } from '../clients/temporal.js'
import { createTotp } from '../clients/totp.js'
import { readConfig } from '../config.js'
import { newestMigration } from '../store/migrate.js'
import { createPool } from '../store/pool.js'
import { createDatabase } from '../store/stores.js'
import { createApp } from './app.js'
import { createAttemptFeed } from './attempt-feed.js'
import { serveMetrics } from './metrics-listener.js'

/** Milliseconds for requests under way to end once the process was told to stop. */
const drainMs = 10_000

const config = readConfig(process.env)
const log = createLogger('api', config.logLevel)
const pool = createPool({
  databaseUrl: config.databaseUrl,
  applicationName: 'auth-pipeline-api',
  maxConnections: 20,
  statementTimeout: 5_000,
  onIdleError: (error) => log.warn({ error }, 'idle database connection lost'),
})
const database = createDatabase(pool)
const keyring = createKeyring(config.keys)
const pipelines = createPipelineClient(process.env, keyring)
const feed = createAttemptFeed(database)
const metrics = createMetrics(() => database.figures.read())
const app = createApp({
  publicOrigin: config.publicOrigin,
  trustedProxies: config.trustedProxies,
  database,
  keyring,
  oidc: createOidcClient({ allowLoopbackHttp: !config.production }),
  pipelines,
  passwords: createPasswordHasher(),
  totp: createTotp(),
  feed,
  sendGridWebhookKey: config.sendGrid.webhookKey,
  metrics,
  newestMigration,
  log,
})

const handle = app.callback()
const server = createServer((request, response) => void handle(request, response))
server.listen(config.listen.port, config.listen.host, () => log.info({ ...config.listen }, 'api listens'))

const metricsServer = serveMetrics(metrics, config.metricsListen.host, config.metricsListen.port)

const stop = (signal: NodeJS.Signals): void => {
  log.info({ signal }, 'api stops')
  feed.close()
  server.close(() => void Promise.all([pool.end(), pipelines.close()]).then(() => process.exit(0)))
  server.closeIdleConnections()
  metricsServer.close()
  metricsServer.closeAllConnections()
  setTimeout(() => server.closeAllConnections(), drainMs).unref()
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
// A parent that was killed closes the channel to us, where there is one.
process.once('disconnect', () => stop('SIGTERM'))
