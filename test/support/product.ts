import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import type { Worker } from '@temporalio/worker'
import { createPipelineActivities } from '../../activities/activities.js'
import type { MailDependencies } from '../../activities/dependencies.js'
import { createApp } from '../../api/app.js'
import { createAttemptFeed } from '../../api/attempt-feed.js'
import type { ApiDependencies } from '../../api/dependencies.js'
import { createTextLookup } from '../../clients/dns.js'
import type { Keyring } from '../../clients/keyring.js'
import { createLogger } from '../../clients/log.js'
import { createOidcClient } from '../../clients/oidc.js'
import { createPasswordHasher } from '../../clients/password-hash.js'
import { createSendGridTransport } from '../../clients/sendgrid.js'
import { createDataConverter } from '../../clients/payload-codec.js'
import { createProviderCheck } from '../../clients/provider-check.js'
import { createPipelineClient } from '../../clients/temporal.js'
import type { PipelineClient } from '../../clients/temporal.js'
import { createTokenSigner } from '../../clients/token-signer.js'
import { createTotp } from '../../clients/totp.js'
import { startDemoProvider } from '../../dev/demo/provider.js'
import { startMailSink } from '../../dev/demo/sink.js'
import type { MailSink } from '../../dev/demo/sink.js'
import { freePort } from '../../dev/ports.js'
import { demoClient, seed } from '../../dev/seed.js'
import { newestMigration } from '../../store/migrate.js'
import { createPool } from '../../store/pool.js'
import { createDatabase } from '../../store/stores.js'
import type { Database } from '../../store/stores.js'
import { every } from '../../worker/every.js'
import type { Repeated } from '../../worker/every.js'
import { relayDeliveries, relayEnded } from '../../worker/relay.js'
import { createWorkers } from '../../worker/workers.js'
import { createBrowser } from './browser.js'
import type { Answer, Browser } from './browser.js'
import { createTestDatabase } from './database.js'
import type { TestDatabase } from './database.js'
import { testKeyring, testKeys } from './keys.js'
import { testServers } from './servers.js'
import { createTestNamespace, workflowBundle } from './temporal.js'
import type { TestNamespace } from './temporal.js'

/** The whole product with real parts around it, in this process, for one test file. */
export interface Product {
  readonly origin: string
  /** Where a console may be started (`console.ts`); the demo provider sends its staff back there. */
  readonly supportOrigin: string
  readonly apiDependencies: ApiDependencies
  readonly issuer: string
  readonly inbox: MailSink
  readonly testDatabase: TestDatabase
  readonly database: Database
  readonly temporal: Client
  /** host:port of the Temporal server. */
  readonly temporalAddress: string
  readonly pipelines: PipelineClient
  readonly dependencies: MailDependencies
  readonly settle: ReturnType<typeof createPipelineActivities>['settle']
  /** @param network what a proxy in front tells of it; counts where the API trusts one */
  browser(network?: string): Browser
  /** Stops the workers, so that what is accepted waits; `startWorkers` goes on. */
  stopWorkers(): Promise<void>
  startWorkers(): Promise<void>
  stop(): Promise<void>
}

const apiKey = 'SG.test.key'
const quiet = createLogger('test', process.env['TEST_LOG_LEVEL'] ?? 'silent')

/**
 * @param override replaces parts of what the API works with, to make them fail
 * @param temporal a Temporal server; a namespace on the one that all test files share where absent
 * @param keyrings of API and workers; the same one, which tests read with, where absent
 */
export const startProduct = async (
  override: (dependencies: ApiDependencies) => Partial<ApiDependencies> = () => ({}),
  temporal?: TestNamespace,
  keyrings: { readonly api: Keyring; readonly worker: Keyring } = { api: testKeyring, worker: testKeyring },
): Promise<Product> => {
  const folder = mkdtempSync(join(tmpdir(), 'auth-pipeline-product-'))
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const supportOrigin = `http://127.0.0.1:${await freePort()}`
  const common = { port: 0, apiOrigin: origin, dataDir: folder, log: quiet }
  const [testDatabase, { address, namespace }, provider, inbox] = await Promise.all([
    createTestDatabase(),
    temporal ?? createTestNamespace(),
    startDemoProvider({
      ...common,
      supportOrigin,
      clientSecret: demoClient.secret,
      dataDir: testServers().providerDataDir,
    }),
    startMailSink({ ...common, apiKey }),
  ])
  await seed({ databaseUrl: testDatabase.url, issuer: provider.issuer, keys: testKeys })

  const pool = createPool({
    databaseUrl: testDatabase.url,
    applicationName: 'test',
    maxConnections: 20,
    statementTimeout: 5_000,
    onIdleError: () => undefined,
  })
  const database = createDatabase(pool)
  const keyring = keyrings.api
  const pipelines = createPipelineClient(
    { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace },
    keyring,
  )
  const feed = createAttemptFeed(database)
  const whole: ApiDependencies = {
    publicOrigin: origin,
    trustedProxies: 0,
    database,
    keyring,
    oidc: createOidcClient({ allowLoopbackHttp: true }),
    providerCheck: createProviderCheck({ allowLoopback: true }),
    textsOf: createTextLookup(),
    pipelines,
    passwords: createPasswordHasher(),
    tokenSigner: createTokenSigner(),
    serviceName: 'Example Sign-in',
    totp: createTotp(),
    feed,
    sendGridWebhookKey: inbox.publicKey,
    securityContact: 'mailto:security@auth-pipeline.example',
    supportContact: null,
    stopping: new AbortController().signal,
    metrics: { request: () => undefined },
    newestMigration,
    log: quiet,
  }
  const served = { ...whole, ...override(whole) }
  const app = createApp(served)
  const handle = app.callback()
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))

  const connection = await Connection.connect({ address, connectTimeout: '60s' })
  const dataConverter = createDataConverter(keyrings.worker, namespace)
  const dependencies: MailDependencies = {
    database,
    keyring: keyrings.worker,
    publicOrigin: origin,
    supportContact: null,
    transport: createSendGridTransport({
      apiKey,
      baseUrl: inbox.url,
      from: { name: 'Auth Pipeline', email: 'no-reply@auth-pipeline.example' },
      timeout: 2_000,
    }),
  }

  let running: {
    readonly workers: Worker[]
    readonly ended: Promise<unknown>
    readonly native: NativeConnection
    readonly relays: readonly Repeated[]
  } | null = null
  const startWorkers = async (): Promise<void> => {
    const native = await NativeConnection.connect({ address })
    const workers = await createWorkers({
      connection: native,
      namespace,
      workflowBundle,
      dataConverter,
      dependencies,
    })
    running = {
      workers,
      ended: Promise.all(workers.map((worker) => worker.run())),
      native,
      relays: [relayDeliveries, relayEnded].map((relay) =>
        every(50, relay.name, served.log, () => relay({ database, pipelines, log: served.log })),
      ),
    }
  }
  const stopWorkers = async (): Promise<void> => {
    if (running === null) return
    await Promise.all(running.relays.map((relay) => relay.stop()))
    for (const worker of running.workers) worker.shutdown()
    await running.ended
    await running.native.close()
    running = null
  }
  await startWorkers()

  return {
    origin,
    supportOrigin,
    apiDependencies: whole,
    issuer: provider.issuer,
    inbox,
    testDatabase,
    database,
    temporal: new Client({ connection, namespace, dataConverter }),
    temporalAddress: address,
    pipelines,
    dependencies,
    settle: (input) => createPipelineActivities(dependencies).settle(input),
    browser: (network) => createBrowser(origin, network),
    startWorkers,
    stopWorkers,
    async stop() {
      feed.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await stopWorkers()
      await Promise.all([pipelines.close(), connection.close(), provider.close(), inbox.close(), pool.end()])
      await testDatabase.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Goes to the provider as `loginHint` and comes back: the answer to the callback, not followed further. */
export const signInAtProvider = async (
  browser: Browser,
  loginHint: string,
  organization = 'acme',
): Promise<Answer> => {
  const started = await browser.submit(`/sso/${organization}/demo`, { login_hint: loginHint })
  let answer = await browser.get(started.location())
  while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
  return browser.get(answer.location())
}

/** The id of the attempt whose page an answer leads to. */
export const attemptIdOf = (answer: Answer): string => {
  const id = /\/attempts\/([0-9a-f-]{36})/.exec(answer.location())?.[1]
  if (id === undefined) throw new Error(`leads to no attempt: ${answer.location()}`)
  return id
}

/** Waits until `look` finds something, 30 s at most where nothing else is said; for what happens in another process. */
export const eventually = async <T>(
  look: () => Promise<T | null | undefined> | T | null | undefined,
  patienceMs = 30_000,
): Promise<T> => {
  const until = Date.now() + patienceMs
  for (;;) {
    const found = await look()
    if (found !== null && found !== undefined) return found
    if (Date.now() > until) throw new Error(`never came true: ${look.toString().slice(0, 200)}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
