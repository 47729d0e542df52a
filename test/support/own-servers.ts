import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { resolveTemporalCli } from '../../dev/binaries.js'
import { freePort } from '../../dev/ports.js'
import { startPostgres } from '../../dev/postgres.js'
import type { PostgresServer } from '../../dev/postgres.js'
import { startTemporal } from '../../dev/temporal-server.js'
import type { TemporalServer } from '../../dev/temporal-server.js'
import { installTestClock } from '../../dev/test-servers.js'
import { migrate } from '../../store/migrate.js'
import { searchAttributeTypes } from '../../workflows/contract.js'
import { movableClock } from './database.js'
import type { TestDatabase } from './database.js'
import type { TestNamespace } from './temporal.js'

/** A Postgres and a Temporal server of one test's own, which it may stop the hard way. */
export interface OwnServers {
  readonly database: TestDatabase
  readonly temporal: TestNamespace
  /** Postgres ends at once, as by `pg_ctl stop -m immediate`: what was not committed is gone. */
  crashPostgres(): Promise<void>
  startPostgres(): Promise<void>
  /** The Temporal server is killed; what it has told of is in its file. */
  killTemporal(): Promise<void>
  startTemporal(): Promise<void>
  stop(): Promise<void>
}

export const startOwnServers = async (): Promise<OwnServers> => {
  const folder = mkdtempSync(join(tmpdir(), 'auth-pipeline-servers-'))
  chmodSync(folder, 0o711) // as root, Postgres runs as somebody else and must get in
  const [postgresPort, temporalPort] = [await freePort(), await freePort()]
  const namespace = 'default'
  const cliPath = await resolveTemporalCli(process.env, () => undefined)
  const startDatabase = (): Promise<PostgresServer> =>
    startPostgres({
      dataDir: join(folder, 'postgres'),
      port: postgresPort,
      logFile: join(folder, 'postgres.log'),
      // What was committed must be there after a crash.
      durable: true,
      spawned: () => undefined,
    })
  const startServer = (): Promise<TemporalServer> =>
    startTemporal({
      cliPath,
      dbFile: join(folder, 'temporal.db'),
      port: temporalPort,
      namespace,
      retentionHours: 168,
      searchAttributes: searchAttributeTypes,
      logFile: join(folder, 'temporal.log'),
      spawned: () => undefined,
    })
  let [postgres, temporal] = await Promise.all([startDatabase(), startServer()])
  const { url } = postgres
  await migrate(url)
  await installTestClock(url)
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  pool.on('error', () => undefined)

  return {
    database: { url, pool, drop: () => pool.end(), advanceClock: movableClock(pool) },
    temporal: { address: temporal.address, namespace },
    async crashPostgres() {
      postgres.kill('SIGQUIT')
      await postgres.exited
    },
    async startPostgres() {
      postgres = await startDatabase()
    },
    async killTemporal() {
      temporal.kill()
      await temporal.exited
    },
    async startTemporal() {
      temporal = await startServer()
    },
    async stop() {
      await Promise.all([postgres.stop(), temporal.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
