import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Connection } from '@temporalio/client'
import { searchAttributeTypes as searchAttributes } from '../../workflows/contract.js'
import { projectRoot } from '../paths.js'
import { lastLines, startProcess, untilReady } from '../process.js'
import type { RunningProcess, Spawned } from '../process.js'
import { createNamespace, prepareNamespace } from '../temporal-namespace.js'
import { composeEnvironment } from './compose-environment.js'
import type { TemporalPrograms } from './temporal-build.js'

/** The servers' addresses: the same ports on loopback addresses of their own, as containers have the same ports. */
export const nodeHosts = ['127.0.0.2', '127.0.0.3'] as const
const frontendPort = 7233

export interface TemporalDatabase {
  readonly host: string
  readonly port: string
  readonly user: string
  readonly password: string
}

/** Both databases with the newest schema; a second run changes nothing. As `deploy/temporal/schema.sh`. */
export const prepareSchemas = async (
  { sql }: TemporalPrograms,
  database: TemporalDatabase,
): Promise<void> => {
  for (const [name, schema] of [
    ['temporal', 'temporal'],
    ['temporal_visibility', 'visibility'],
  ] as const) {
    const tool = (...args: string[]) =>
      promisify(execFile)(sql, [
        ...['--plugin', 'postgres12_pgx', '--ep', database.host, '-p', database.port],
        ...['-u', database.user, '--pw', database.password, '--db', name],
        ...args,
      ])
    await tool('create-database')
    await tool('setup-schema', '-v', '0.0').catch(() => undefined) // stands already
    await tool('update-schema', '--schema-name', `postgresql/v12/${schema}`)
  }
}

export interface NodeInput {
  readonly programs: TemporalPrograms
  readonly database: TemporalDatabase
  readonly host: string
  readonly logFile: string
}

/** One server of the cluster, with what docker-compose.yml tells it. */
export const startNode =
  ({ programs, database, host, logFile }: NodeInput): ((spawned: Spawned) => Promise<RunningProcess>) =>
  async (spawned) => {
    const started = await startProcess({
      command: programs.server,
      args: ['--allow-no-auth', 'start'],
      cwd: '/',
      env: {
        PATH: process.env['PATH'],
        ...composeEnvironment('temporal-1', { POSTGRES_PASSWORD: database.password }),
        DB_PORT: database.port,
        POSTGRES_SEEDS: database.host,
        POSTGRES_USER: database.user,
        BIND_ON_IP: host,
        DYNAMIC_CONFIG_FILE_PATH: join(projectRoot(), 'deploy/temporal/dynamic-config.yaml'),
        LOG_LEVEL: 'error',
      },
      output: logFile,
      stopSignal: 'SIGTERM',
      graceMs: 30_000,
    })
    spawned(started)
    await untilReady(started, {
      name: `The Temporal server at ${host}`,
      probe: () => isHealthy(host),
      deadlineMs: 90_000,
      output: () => lastLines(logFile),
    })
    return started
  }

const isHealthy = async (host: string): Promise<boolean> => {
  const address = `${host}:${frontendPort}`
  try {
    const connection = await Connection.connect({ address, connectTimeout: 2_000 })
    await connection.close()
    return true
  } catch {
    return false
  }
}

/** The namespace with its retention and search attributes, as `deploy/temporal/namespace.sh` makes it. */
export const prepareClusterNamespace = async (address: string, namespace: string): Promise<void> => {
  const connection = await Connection.connect({ address })
  const settings = { namespace, retentionHours: 168, searchAttributes }
  try {
    await createNamespaceSoon(connection, settings)
  } finally {
    await connection.close()
  }
}

/** Each server learns of a new namespace in its own time, ten seconds at most; search attributes can be added from then on. */
const createNamespaceSoon = async (
  connection: Connection,
  settings: Parameters<typeof createNamespace>[1],
): Promise<void> => {
  const until = Date.now() + 30_000
  for (;;) {
    try {
      const known = await connection.workflowService
        .describeNamespace({ namespace: settings.namespace })
        .catch(() => null)
      if (known === null) await createNamespace(connection, settings)
      else await prepareNamespace(connection, settings)
      return
    } catch (error) {
      if (Date.now() > until) throw error
      await sleep(500)
    }
  }
}
