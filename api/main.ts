import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import type Koa from 'koa'
import { createTextLookup } from '../clients/dns.js'
import { createKeyring } from '../clients/keyring.js'
import { createLogger } from '../clients/log.js'
import { createMetrics } from '../clients/metrics.js'
import { createOidcClient } from '../clients/oidc.js'
import { createPasswordHasher } from '../clients/password-hash.js'
import { openPayload } from '../clients/payload-codec.js'
import { createProviderCheck } from '../clients/provider-check.js'
import { createPipelineClient } from '../clients/temporal.js'
import { createTokenSigner } from '../clients/token-signer.js'
import { createTotp } from '../clients/totp.js'
import { configOrExit } from '../config.js'
import { newestMigration } from '../store/migrate.js'
import { createPool } from '../store/pool.js'
import { createDatabase } from '../store/stores.js'
import { createApp } from './app.js'
import { createAttemptFeed } from './attempt-feed.js'
import { serveMetrics } from './metrics-listener.js'
import { createSupportApp } from './support/app.js'
import { closeConsoleFeeds, createConsoleFeeds } from './support/live-pages.js'
import { staffProviderOf } from './support/staff-provider.js'

/** Milliseconds for requests under way to end once the process was told to stop. */
const drainMs = 10_000

const config = configOrExit(process.env)
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
const oidc = createOidcClient({ allowLoopbackHttp: !config.production })
const stopping = new AbortController()
const app = createApp({
  publicOrigin: config.publicOrigin,
  trustedProxies: config.trustedProxies,
  database,
  keyring,
  oidc,
  providerCheck: createProviderCheck({ allowLoopback: !config.production }),
  textsOf: createTextLookup(),
  pipelines,
  passwords: createPasswordHasher(),
  tokenSigner: createTokenSigner(),
  totp: createTotp(),
  feed,
  sendGridWebhookKey: config.sendGrid.webhookKey,
  securityContact: config.securityContact,
  serviceName: config.serviceName,
  supportContact: config.supportContact,
  stopping: stopping.signal,
  metrics,
  newestMigration,
  log,
})

const supportFeeds = createConsoleFeeds(database)
const support =
  config.support === null
    ? null
    : createSupportApp({
        ...config.support,
        trustedProxies: config.trustedProxies,
        database,
        keyring,
        oidc,
        pipelines,
        staffProvider: staffProviderOf(config.support.oidc),
        temporalUi:
          config.support.temporalUi === null
            ? null
            : {
                origin: config.support.temporalUi,
                namespace: loadClientConnectConfig().namespace ?? 'default',
              },
        openPayload: (namespace, payload) => openPayload(keyring, namespace, payload),
        feeds: supportFeeds,
        metrics,
        log,
      })

const endIfDeaf = (
  server: Server,
  at: { readonly host: string; readonly port: number },
  what: string,
): void => {
  server.once('error', (error) => {
    log.error({ error, ...at }, `${what} cannot listen: is the port taken?`)
    process.exit(1)
  })
}
const listen = (served: Koa, at: { readonly host: string; readonly port: number }, what: string): Server => {
  const handle = served.callback()
  const server = createServer((request, response) => {
    // The next request on this connection would meet its end.
    if (stopping.signal.aborted) response.setHeader('Connection', 'close')
    void handle(request, response)
  })
  endIfDeaf(server, at, what)
  return server.listen(at.port, at.host, () => log.info({ ...at }, `${what} listens`))
}
const servers = [
  listen(app, config.listen, 'api'),
  ...(support === null || config.support === null ? [] : [listen(support, config.support.listen, 'support')]),
]

const metricsServer = serveMetrics(metrics, config.metricsListen.host, config.metricsListen.port)
endIfDeaf(metricsServer, config.metricsListen, 'metrics')

const close = (): void => {
  feed.close()
  closeConsoleFeeds(supportFeeds)
  const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)))
  void Promise.all(closed)
    .then(() => Promise.all([pool.end(), pipelines.close()]))
    .then(() => process.exit(0))
  metricsServer.close()
  metricsServer.closeAllConnections()
  for (const server of servers) {
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), drainMs).unref()
  }
}
/** Readiness fails first: whoever leads people here has the delay to see it, in seconds, before connections are refused. */
const stop = (reason: string, delay: number): void => {
  if (stopping.signal.aborted) return
  stopping.abort()
  log.info({ reason, delay }, 'api stops')
  setTimeout(close, delay * 1_000)
}
const onSignal = (signal: NodeJS.Signals): void => {
  // The next signal finds nobody who listens, and ends the process at once.
  process.off('SIGTERM', onSignal).off('SIGINT', onSignal)
  // Ctrl-C is pressed by somebody who waits.
  stop(signal, signal === 'SIGTERM' ? config.shutdownDelay : 0)
}
process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
// A parent that was killed closes the channel to us, where there is one.
process.once('disconnect', () => stop('disconnect', 0))
