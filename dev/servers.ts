import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import pg from 'pg'
import { searchAttributeTypes as searchAttributes } from '../workflows/contract.js'
import { resolveTemporalCli } from './binaries.js'
import type { StackPaths } from './paths.js'
import type { StackPorts } from './ports.js'
import { startPostgres } from './postgres.js'
import type { Services } from './services.js'
import { registerMissing } from './temporal-namespace.js'
import { startTemporal } from './temporal-server.js'

export interface ServersContext {
  readonly env: NodeJS.ProcessEnv
  readonly paths: StackPaths
  readonly ports: StackPorts
  readonly services: Services
  readonly show: (line: string) => void
}

/** The URL of the Postgres that DATABASE_URL names, or of one of ours. */
export async function bringUpPostgres({ env, paths, ports, services }: ServersContext): Promise<string> {
  if (env['DATABASE_URL']) return joinPostgres(env['DATABASE_URL'])
  const logFile = join(paths.logs, 'postgres.log')
  const options = { dataDir: paths.postgres, port: ports.postgres, logFile, durable: true }
  const { url } = await services.keep('postgres', (spawned) => startPostgres({ ...options, spawned }))
  return url
}

/** The address of the Temporal server that TEMPORAL_ADDRESS names, or of one of ours. */
export async function bringUpTemporal(context: ServersContext): Promise<string> {
  const { env, paths, ports, services, show } = context
  if (env['TEMPORAL_ADDRESS']) return joinTemporal()
  const options = {
    cliPath: await resolveTemporalCli(env, show, services.stopping),
    dbFile: paths.temporal,
    port: ports.temporal,
    uiPort: ports.temporalUi,
    codecEndpoint: `http://127.0.0.1:${ports.support}/codec`,
    namespace: 'default',
    retentionHours: 168,
    searchAttributes,
    logFile: join(paths.logs, 'temporal.log'),
  }
  const { address } = await services.keep('temporal', (spawned) => startTemporal({ ...options, spawned }))
  return address
}

async function joinPostgres(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  await client.connect().catch(refusal('DATABASE_URL', 'starts a Postgres of its own'))
  await client.end()
  return url
}

/** A server of somebody else keeps its settings; only search attributes that it lacks are added. */
async function joinTemporal(): Promise<string> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig()
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: '5s' }).catch(
    refusal('TEMPORAL_ADDRESS', 'starts a server of its own'),
  )
  try {
    await registerMissing(connection, namespace, searchAttributes)
    return connection.options.address
  } finally {
    await connection.close()
  }
}

function refusal(variable: string, otherwise: string): (cause: unknown) => never {
  return (cause) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const advice = `Check the variable, or unset it: then \`npm start\` ${otherwise}.`
    throw new Error(`the server that ${variable} names does not let us in (${reason}). ${advice}`, { cause })
  }
}
