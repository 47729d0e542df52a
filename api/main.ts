import { createServer } from 'node:http'
import { createKeyring } from '../clients/keyring.js'
import { createLogger } from '../clients/log.js'
import { createOidcClient } from '../clients/oidc.js'
import { createPasswordHasher } from '../clients/password-hash.js'
import { createPipelineClient } from '../clients/temporal.js'
import { createTotp } from '../clients/totp.js'
import { readConfig } from '../config.js'
import { createPool } from '../store/pool.js'
import { createDatabase } from '../store/stores.js'
import { createApp } from './app.js'
import { createAttemptFeed } from './attempt-feed.js'

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
  log,
})

const handle = app.callback()
const server = createServer((request, response) => void handle(request, response))
server.listen(config.listen.port, config.listen.host, () => log.info({ ...config.listen }, 'api listens'))

const stop = (signal: NodeJS.Signals): void => {
  log.info({ signal }, 'api stops')
  feed.close()
  server.close(() => void Promise.all([pool.end(), pipelines.close()]).then(() => process.exit(0)))
  server.closeIdleConnections()
  setTimeout(() => server.closeAllConnections(), drainMs).unref()
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
// A parent that was killed closes the channel to us, where there is one.
process.once('disconnect', () => stop('SIGTERM'))
