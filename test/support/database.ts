import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { testServers } from './servers.js'

export interface EmptyDatabase {
  readonly url: string
  readonly pool: pg.Pool
  /** Closes the pool and deletes the database, whoever is still connected. */
  drop(): Promise<void>
}

export interface TestDatabase extends EmptyDatabase {
  /** Moves the time that all SQL reads (`app.now()`) forward. */
  advanceClock(ms: number): Promise<void>
}

/** A migrated database of its own, cloned from the template: one for each test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const database = await cloneDatabase(new URL(testServers().templateUrl).pathname.slice(1))
  return {
    ...database,
    advanceClock: movableClock(database.pool),
  }
}

/** The clock of a database in which `installTestClock` has been. */
export const movableClock =
  (pool: pg.Pool): TestDatabase['advanceClock'] =>
  async (ms) => {
    await pool.query(`update app.clock set offset_by = offset_by + $1 * interval '1 millisecond'`, [ms])
  }

/** A database that no migration has touched. */
export function createEmptyDatabase(): Promise<EmptyDatabase> {
  return cloneDatabase('template0')
}

async function cloneDatabase(template: string): Promise<EmptyDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await asAdministrator(`create database ${name} template ${template}`)

  const url = databaseUrl(name)
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  // An idle connection that `drop` cuts off elsewhere must not end the test process.
  pool.on('error', () => undefined)
  return {
    url,
    pool,
    drop: async () => {
      await pool.end()
      await asAdministrator(`drop database ${name} with (force)`)
    },
  }
}

async function asAdministrator(statement: string): Promise<void> {
  const client = new pg.Client(databaseUrl('postgres'))
  await client.connect()
  await client.query(statement)
  await client.end()
}

function databaseUrl(name: string): string {
  const url = new URL(testServers().templateUrl)
  url.pathname = name
  return url.href
}
