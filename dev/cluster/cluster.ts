import { join } from 'node:path'
import { migrate } from '../../store/migrate.js'
import { localUrl } from '../child-environment.js'
import { nodeProgram } from '../node-program.js'
import { freePort } from '../ports.js'
import { startPostgres } from '../postgres.js'
import type { Services } from '../services.js'
import { startBalancer } from './balancer.js'
import { composeEnvironment } from './compose-environment.js'
import { buildTemporal } from './temporal-build.js'
import { nodeHosts, prepareClusterNamespace, prepareSchemas, startNode } from './temporal-nodes.js'

export interface ClusterInput {
  readonly root: string
  /** Data and logs of this cluster. */
  readonly folder: string
  readonly services: Services
  /** The origin that the API is reached at; whoever makes it has the balancer in front of `apiPorts`. */
  readonly publicPort: (apiPorts: readonly number[]) => Promise<number>
  /** Address of the mail API, and the key of its webhook. */
  readonly mail: { readonly baseUrl: string; readonly apiKey: string; readonly webhookKey: string }
  readonly appKeys: string
  readonly show: (line: string) => void
}

export interface Cluster {
  readonly origin: string
  readonly databaseUrl: string
  /** host:port of the balancer in front of both Temporal servers. */
  readonly temporal: string
  readonly namespace: string
  close(): Promise<void>
}

/** Names of the processes, as `services` keeps them. */
export const clusterProcesses = [
  'temporal-1',
  'temporal-2',
  'api-1',
  'api-2',
  'worker-1',
  'worker-2',
] as const

/**
 * docker-compose.yml without containers: one Postgres, two Temporal servers on it, two API and two worker processes, each told
 * what the compose file tells it, but for addresses and for plain http on loopback.
 */
export const startCluster = async (input: ClusterInput): Promise<Cluster> => {
  const { root, folder, services, show } = input
  const programs = await buildTemporal(show)
  const port = await freePort()
  const logFile = join(folder, 'postgres.log')
  const { url } = await services.keep('postgres', (spawned) =>
    startPostgres({
      ...{ dataDir: join(folder, 'postgres'), port, logFile, durable: true, spawned },
      settings: { max_connections: '300' },
    }),
  )
  const { password, username: user, hostname: host } = new URL(url)
  const database = { host, port: String(port), user, password }
  await prepareSchemas(programs, database)
  // One after the other: two that start on a new database at the same moment are one too many.
  for (const [index, nodeHost] of nodeHosts.entries()) {
    const node = { programs, database, host: nodeHost, logFile: join(folder, `temporal-${index + 1}.log`) }
    await services.keep(`temporal-${index + 1}`, startNode(node))
    show(`temporal-${index + 1} at ${nodeHost}`)
  }
  const front = await startBalancer(nodeHosts.map((nodeHost) => [nodeHost, 7233] as const))
  const temporal = `127.0.0.1:${front.port}`
  await migrate(url)

  const apiPorts = [await freePort(), await freePort()]
  const origin = localUrl(await input.publicPort(apiPorts))
  const given = {
    PUBLIC_ORIGIN: origin,
    POSTGRES_PASSWORD: password,
    APP_KEYS: input.appKeys,
    SENDGRID_API_KEY: input.mail.apiKey,
    SENDGRID_BASE_URL: input.mail.baseUrl,
    SENDGRID_WEBHOOK_KEY: input.mail.webhookKey,
    MAIL_FROM: 'Auth Pipeline <no-reply@auth-pipeline.example>',
    // Plain http on loopback: production refuses it.
    NODE_ENV: 'development',
  }
  const namespace = composeEnvironment('api-1', given)['TEMPORAL_NAMESPACE'] ?? ''
  await prepareClusterNamespace(temporal, namespace)
  const program = async (service: string, own: Record<string, string>, readyPort: number): Promise<void> => {
    const env = {
      PATH: process.env['PATH'],
      ...composeEnvironment(service, given),
      DATABASE_URL: url,
      TEMPORAL_ADDRESS: temporal,
      HOST: '127.0.0.1',
      // Nothing forwards here: a campaign tells itself where its people are.
      TRUSTED_PROXIES: '1',
      METRICS_HOST: '127.0.0.1',
      METRICS_PORT: String(await freePort()),
      WORKER_HOST: '127.0.0.1',
      ...own,
    }
    const entry = service.startsWith('api') ? 'dist/api/main.js' : 'dist/worker/main.js'
    const ready = [`${localUrl(readyPort)}/readyz`]
    await services.keep(
      service,
      nodeProgram({ name: service, entry, env, ready }, { root, logs: folder, show }),
    )
    show(`${service} at ${localUrl(readyPort)}`)
  }
  for (const [index, apiPort] of apiPorts.entries())
    await program(`api-${index + 1}`, { PORT: String(apiPort) }, apiPort)
  for (const name of ['worker-1', 'worker-2']) {
    const workerPort = await freePort()
    await program(name, { WORKER_PORT: String(workerPort) }, workerPort)
  }
  return { origin, databaseUrl: url, temporal, namespace, close: () => front.close() }
}
