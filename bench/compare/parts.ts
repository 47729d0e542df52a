import { mkdtempSync, chmodSync, existsSync, rmSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import pg from 'pg'
import { resolveTemporalCli } from '../../dev/binaries.js'
import { nodeProgram } from '../../dev/node-program.js'
import { projectRoot } from '../../dev/paths.js'
import { freePort } from '../../dev/ports.js'
import { startPostgres } from '../../dev/postgres.js'
import type { RunningProcess } from '../../dev/process.js'
import { startTemporal } from '../../dev/temporal-server.js'
import { migrate } from '../../store/migrate.js'
import { searchAttributeTypes as searchAttributes } from '../../workflows/contract.js'
import { knownSubjects, plantKnown, plantKnownAtPeer } from './known-people.js'

export interface Parts {
  readonly pool: pg.Pool
  readonly peerPool: pg.Pool
  readonly temporal: Client
  readonly origins: {
    readonly api: string
    readonly plain: string
    readonly peer: string
    readonly outside: string
  }
  readonly providerId: string
  /** By what they serve: CPU is counted per process. */
  readonly pids: Readonly<
    Record<'api' | 'worker' | 'floor' | 'plain' | 'peer' | 'postgres' | 'temporal', number>
  >
  /** Starts a process of the product once more. @returns milliseconds until it was ready */
  coldStart(name: 'api' | 'worker'): Promise<number>
  stop(): Promise<void>
}

const root = projectRoot()
const keys = `bench1:${Buffer.alloc(32, 3).toString('base64')}`

/** Everything on this machine, in a folder of its own that goes away: two databases on one durable Postgres, one Temporal server. */
export const startParts = async (show: (line: string) => void): Promise<Parts> => {
  const folder = mkdtempSync(join(tmpdir(), 'auth-pipeline-bench-'))
  chmodSync(folder, 0o711)
  const running: RunningProcess[] = []
  const spawned = (process: RunningProcess): void => void running.push(process)
  const stop = async (): Promise<void> => {
    for (const process of running.toReversed()) await process.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    return { ...(await start(folder, spawned, show)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const start = async (
  folder: string,
  spawned: (process: RunningProcess) => void,
  show: (line: string) => void,
): Promise<Omit<Parts, 'stop'>> => {
  const peers = join(root, 'bench/peers')
  if (!existsSync(join(peers, 'node_modules'))) {
    show('Installing the peers')
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: peers })
  }
  const port: Record<string, number> = {}
  const names = ['postgres', 'temporal', 'api', 'metrics', 'worker', 'floor', 'plain', 'peer', 'outside']
  for (const name of names) port[name] = await freePort()
  const at = (name: string): string => `http://127.0.0.1:${port[name] ?? 0}`

  const postgresOptions = {
    dataDir: join(folder, 'postgres'),
    port: port['postgres'] ?? 0,
    logFile: join(folder, 'postgres.log'),
    durable: true,
    settings: { shared_preload_libraries: 'pg_stat_statements' },
    spawned,
  }
  const postgres = await startPostgres(postgresOptions)
  const administrator = new pg.Client(postgres.url)
  await administrator.connect()
  await administrator.query('create database peer')
  await administrator.end()
  const peerUrl = new URL(postgres.url)
  peerUrl.pathname = 'peer'
  await migrate(postgres.url)
  const quietly = (url: string): pg.Pool => {
    const pool = new pg.Pool({ connectionString: url, max: 2 })
    pool.on('error', () => undefined)
    return pool
  }
  const [pool, peerPool] = [quietly(postgres.url), quietly(peerUrl.href)]
  await pool.query('create extension pg_stat_statements')

  const temporal = await startTemporal({
    cliPath: await resolveTemporalCli(process.env, show),
    dbFile: join(folder, 'temporal.db'),
    port: port['temporal'] ?? 0,
    namespace: 'default',
    retentionHours: 168,
    searchAttributes,
    logFile: join(folder, 'temporal.log'),
    spawned,
  })

  const env = {
    ...process.env,
    NODE_ENV: 'development',
    NODE_OPTIONS: '',
    LOG_LEVEL: 'error',
    HOST: '127.0.0.1',
    METRICS_HOST: '127.0.0.1',
    METRICS_PORT: String(port['metrics']),
    WORKER_HOST: '127.0.0.1',
    WORKER_PORT: String(port['worker']),
    PUBLIC_ORIGIN: at('api'),
    TRUSTED_PROXIES: '1',
    DATABASE_URL: postgres.url,
    APP_KEYS: keys,
    SENDGRID_API_KEY: 'SG.bench',
    SENDGRID_BASE_URL: at('outside'),
    MAIL_FROM: 'Bench <no-reply@bench.example>',
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: 'default',
    ISSUER: at('outside'),
  }
  const program = (
    name: string,
    entry: string,
    own: NodeJS.ProcessEnv,
    ready: string,
  ): Promise<RunningProcess> =>
    nodeProgram(
      { name, entry, env: { ...env, PORT: String(port[name]), ORIGIN: at(name), ...own }, ready: [ready] },
      { root, logs: folder, show },
    )(spawned)
  await program('outside', 'dist/bench/compare/outside.js', {}, `${at('outside')}/livez`)
  const providerId = await plantKnown(pool, at('outside'))
  show(`${knownSubjects} known people planted`)
  const [api, worker, floor, plain, peer] = await Promise.all([
    program('api', 'dist/api/main.js', {}, `${at('api')}/readyz`),
    program('worker', 'dist/worker/main.js', {}, `${at('worker')}/readyz`),
    program('floor', 'dist/bench/compare/floor/worker.js', {}, `${at('floor')}/`),
    program('plain', 'dist/bench/compare/plain.js', {}, `${at('plain')}/livez`),
    program('peer', 'bench/peers/better-auth.js', { DATABASE_URL: peerUrl.href }, `${at('peer')}/livez`),
  ])
  await plantKnownAtPeer(peerPool)

  const connection = await Connection.connect({ address: temporal.address })
  return {
    pool,
    peerPool,
    temporal: new Client({ connection }),
    origins: { api: at('api'), plain: at('plain'), peer: at('peer'), outside: at('outside') },
    providerId,
    pids: {
      api: api.pid,
      worker: worker.pid,
      floor: floor.pid,
      plain: plain.pid,
      peer: peer.pid,
      postgres: postgres.pid,
      temporal: temporal.pid,
    },
    async coldStart(name) {
      const [own, side] = [await freePort(), await freePort()]
      const began = performance.now()
      const started = await nodeProgram(
        {
          name: `cold-${name}`,
          entry: `dist/${name}/main.js`,
          env:
            name === 'api'
              ? { ...env, PORT: String(own), METRICS_PORT: String(side) }
              : { ...env, WORKER_PORT: String(own) },
          ready: [`http://127.0.0.1:${own}/${name === 'api' ? 'livez' : 'readyz'}`],
        },
        { root, logs: folder, show },
      )(spawned)
      const ms = performance.now() - began
      await started.stop()
      return ms
    },
  }
}
