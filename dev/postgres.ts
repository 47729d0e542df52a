import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { postgresBinaries } from './postgres-binaries.js'
import { postgresUser, type SystemUser } from './postgres-user.js'
import { commandLine } from './process-identity.js'
import { lastLines, startProcess, untilReady, type RunningProcess, type Spawned } from './process.js'

const database = 'auth_pipeline'

export interface PostgresOptions {
  readonly dataDir: string
  readonly port: number
  readonly logFile: string
  /** False for a server whose data nobody needs after a crash, as in tests: faster. */
  readonly durable: boolean
  /** Settings of the server beyond ours, by their names there. */
  readonly settings?: Readonly<Record<string, string>>
  readonly spawned: Spawned
}

export interface PostgresServer extends RunningProcess {
  /** With password: for processes, never for a terminal. */
  readonly url: string
}

/**
 * Starts the Postgres of the embedded stack on 127.0.0.1, with its cluster and its random password in `dataDir`.
 * The database `auth_pipeline` exists when this resolves.
 * @throws Error with a sentence for people when it does not come up.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { dataDir, port, logFile, durable, spawned } = options
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const binaries = await postgresBinaries()
  const user = postgresUser(dataDir, binaries.postgres)
  const cluster = join(dataDir, 'cluster')
  const passwordFile = join(dataDir, 'password')

  if (existsSync(cluster)) await clearOldServer(cluster)
  else await createCluster({ initdb: binaries.initdb, cluster, passwordFile, user })

  const started = await startProcess({
    command: binaries.postgres,
    args: ['-D', cluster, ...settings(port, durable, options.settings)],
    cwd: dataDir,
    env: environment(),
    user,
    output: logFile,
    stopSignal: 'SIGINT', // fast shutdown: SIGTERM would wait for every client
    graceMs: 10_000,
  })
  spawned(started)
  const serverUrl = `postgres://postgres:${readFileSync(passwordFile, 'utf8').trim()}@127.0.0.1:${port}`
  await untilReady(started, {
    name: 'Postgres',
    probe: () => answers(`${serverUrl}/postgres`),
    deadlineMs: 60_000,
    output: () => lastLines(logFile),
  })
  return { ...started, url: `${serverUrl}/${database}` }
}

function settings(port: number, durable: boolean, more: PostgresOptions['settings'] = {}): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    timezone: 'UTC',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...more,
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** Nothing of ours: Postgres needs no secret, and a foreign PG* or LC_* variable would change what it does. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C' }
}

interface NewCluster {
  readonly initdb: string
  readonly cluster: string
  readonly passwordFile: string
  readonly user: SystemUser | undefined
}

/** The locale is spelled out: with LANG unset, as in most containers, initdb would choose SQL_ASCII. */
async function createCluster({ initdb, cluster, passwordFile, user }: NewCluster): Promise<void> {
  const draft = `${cluster}.new`
  rmSync(draft, { recursive: true, force: true })
  writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid)
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  try {
    const options = { cwd: '/', env: environment(), ...user }
    await promisify(execFile)(
      initdb,
      ['-D', draft, '--no-sync', '--no-instructions', ...access, ...locale],
      options,
    )
  } catch (cause) {
    throw new Error(
      `Postgres could not make its data folder ${cluster}: ${(cause as Error).message.trim()}\n` +
        'Set DATABASE_URL to use a Postgres of your own.',
      { cause },
    )
  }
  renameSync(draft, cluster)
}

/**
 * A killed supervisor leaves Postgres running on this cluster, or its lock file behind. Postgres itself refuses to start
 * when the pid in that file is alive, even as a zombie or as somebody else's process, so the file is judged here.
 */
async function clearOldServer(cluster: string): Promise<void> {
  const lock = join(cluster, 'postmaster.pid')
  if (!existsSync(lock)) return
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10)
  const isOurs = (): boolean => commandLine(pid)?.includes(cluster) ?? false
  const deadline = Date.now() + 10_000
  if (isOurs()) process.kill(pid, 'SIGINT')
  while (isOurs()) {
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL')
    await sleep(50)
  }
  rmSync(lock, { force: true })
}

/** False while it starts; makes the database on the first answer. Any other refusal is an error. */
async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const found = await client.query('select from pg_database where datname = $1', [database])
    if (found.rowCount === 0) await client.query(`create database ${database}`)
    return true
  } catch (error) {
    const code = (error as { code?: string }).code
    // 57P03 cannot_connect_now: starting up, or replaying after a crash
    if (code !== undefined && ['ECONNREFUSED', 'ECONNRESET', '57P03'].includes(code)) return false
    throw error
  } finally {
    await client.end()
  }
}
