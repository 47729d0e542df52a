import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { createLogger } from '../../clients/log.js'
import { createDataConverter } from '../../clients/payload-codec.js'
import { startDemoProvider } from '../../dev/demo/provider.js'
import { startMailSink } from '../../dev/demo/sink.js'
import type { MailSink } from '../../dev/demo/sink.js'
import { freePort } from '../../dev/ports.js'
import { demoClient, seed } from '../../dev/seed.js'
import { createTestDatabase } from './database.js'
import type { TestDatabase } from './database.js'
import { testKeyring, testKeys } from './keys.js'
import { testServers } from './servers.js'
import { createTestNamespace } from './temporal.js'
import type { TestNamespace } from './temporal.js'

/** One of the two processes of the product, with its kill points. */
interface KillableProcess {
  readonly pid: number
  /** Names of the points that were passed since `record`. */
  readonly points: string[]
  /** What all that ran under this name have logged. */
  readonly log: string
  record(): Promise<void>
  /** The next process that passes this point dies there. */
  arm(point: string | null): Promise<void>
  /** How often it has died so far. */
  readonly deaths: number
  /** When the one that runs now said that it is ready, by `performance.now()`. */
  readonly readySince: number
  kill(): void
  signal(signal: NodeJS.Signals): void
}

/** API and worker as real processes, around them real servers; a dead process is started again at once. */
export interface KillLane {
  readonly origin: string
  /** Where the API tells its metrics, and the worker its health and metrics. */
  readonly ownPorts: { readonly apiMetrics: string; readonly worker: string }
  readonly inbox: MailSink
  readonly testDatabase: TestDatabase
  readonly temporal: Client
  readonly api: KillableProcess
  readonly worker: KillableProcess
  stop(): Promise<void>
}

interface ProductEnvironment extends Record<string, string> {
  DATABASE_URL: string
  TEMPORAL_ADDRESS: string
}

export interface LaneOptions {
  /** Servers of the test's own; a database and a namespace on those that all tests share where absent. */
  readonly servers?: { readonly database: TestDatabase; readonly temporal: TestNamespace }
  /** Other addresses of servers for one of the processes, such as those of a proxy in front. */
  readonly env?: (name: 'api' | 'worker', env: ProductEnvironment) => Record<string, string>
  /** Told of the real addresses before anything starts. */
  readonly prepare?: (env: ProductEnvironment) => Promise<void>
}

const root = fileURLToPath(new URL('../..', import.meta.url))

export const startKillLane = async (options: LaneOptions = {}): Promise<KillLane> => {
  const folder = mkdtempSync(join(tmpdir(), 'auth-pipeline-lane-'))
  const [port, workerPort, metricsPort] = [await freePort(), await freePort(), await freePort()]
  const origin = `http://127.0.0.1:${port}`
  const common = { port: 0, apiOrigin: origin, dataDir: folder, log: createLogger('test', 'silent') }
  const [testDatabase, { address, namespace }, provider, inbox] = await Promise.all([
    options.servers?.database ?? createTestDatabase(),
    options.servers?.temporal ?? createTestNamespace(),
    startDemoProvider({
      ...common,
      clientSecret: demoClient.secret,
      dataDir: testServers().providerDataDir,
    }),
    startMailSink({ ...common, apiKey: 'SG.test' }),
  ])
  await seed({ databaseUrl: testDatabase.url, issuer: provider.issuer, keys: testKeys })
  const env: ProductEnvironment = {
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    TRUSTED_PROXIES: '1',
    PUBLIC_ORIGIN: origin,
    HOST: '127.0.0.1',
    PORT: String(port),
    METRICS_HOST: '127.0.0.1',
    METRICS_PORT: String(metricsPort),
    WORKER_HOST: '127.0.0.1',
    WORKER_PORT: String(workerPort),
    DATABASE_URL: testDatabase.url,
    APP_KEYS: testKeys,
    SENDGRID_API_KEY: 'SG.test',
    SENDGRID_BASE_URL: inbox.url,
    SENDGRID_WEBHOOK_KEY: inbox.publicKey,
    MAIL_FROM: 'Auth Pipeline <no-reply@auth-pipeline.example>',
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
  }
  await options.prepare?.(env)
  const envOf = (name: 'api' | 'worker') => ({ ...env, ...options.env?.(name, env) })
  const [api, worker] = await Promise.all([
    keepRunning('api', envOf('api'), `${origin}/readyz`, folder),
    keepRunning('worker', envOf('worker'), `http://127.0.0.1:${workerPort}/readyz`, folder),
  ])
  const connection = await Connection.connect({ address, connectTimeout: '60s' })
  return {
    origin,
    ownPorts: {
      apiMetrics: `http://127.0.0.1:${metricsPort}`,
      worker: `http://127.0.0.1:${workerPort}`,
    },
    inbox,
    testDatabase,
    temporal: new Client({
      connection,
      namespace,
      dataConverter: createDataConverter(testKeyring, namespace),
    }),
    api,
    worker,
    async stop() {
      await Promise.all([api.stop(), worker.stop()])
      await Promise.all([connection.close(), provider.close(), inbox.close()])
      await testDatabase.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const keepRunning = async (
  name: 'api' | 'worker',
  env: Record<string, string>,
  readyUrl: string,
  folder: string,
): Promise<KillableProcess & { stop(): Promise<void> }> => {
  const logFile = join(folder, `${name}.log`)
  const log = openSync(logFile, 'a')
  const points: string[] = []
  let deaths = 0
  let stopping = false
  let child!: ChildProcess
  let ready!: Promise<void>
  let readySince = 0

  const start = (): void => {
    child = fork(join(root, 'dist', name, 'main.js'), {
      cwd: root,
      env: { ...process.env, ...env, NODE_OPTIONS: '' },
      execArgv: ['--import', join(root, 'test/kill/hooks.mjs')],
      stdio: ['ignore', log, log, 'ipc'],
    })
    child.on('message', (message: { point?: string }) => {
      if (message.point !== undefined) points.push(message.point)
    })
    child.once('exit', (code) => {
      if (stopping) return
      // Not one of our kills: whoever waits for it shall not have to guess.
      if (code !== null && code !== 0)
        process.stderr.write(`${name} ended with ${code}:\n${readFileSync(logFile, 'utf8').slice(-2_000)}\n`)
      deaths++
      start()
    })
    ready = untilReady(readyUrl, child).then(() => {
      readySince = performance.now()
    })
  }
  start()
  await ready

  /** A process may die with the message, at the point that was armed before: then the next one is told. */
  const tell = async (message: object): Promise<void> => {
    for (;;) {
      await ready
      const told = child
      const heard = new Promise<boolean>((resolve) => {
        told.on('message', ({ ready }: { ready?: true }) => ready === true && resolve(true))
        told.once('exit', () => resolve(false))
      })
      told.send(message, () => undefined)
      if (await heard) return
    }
  }
  return {
    get pid() {
      return child.pid ?? 0
    },
    points,
    get deaths() {
      return deaths
    },
    get log() {
      return readFileSync(logFile, 'utf8')
    },
    get readySince() {
      return readySince
    },
    record: () => tell({ record: true }),
    arm: (point) => tell({ arm: point }),
    kill: () => void child.kill('SIGKILL'),
    signal: (signal) => void child.kill(signal),
    async stop() {
      stopping = true
      const gone =
        child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve()
      child.kill('SIGKILL')
      await gone
    },
  }
}

const untilReady = async (url: string, child: ChildProcess): Promise<void> => {
  const until = Date.now() + 90_000
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ok = await fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
      (response) => response.ok,
      () => false,
    )
    if (ok) return
    await sleep(50)
  }
  throw new Error(`${url} never became ready`)
}
