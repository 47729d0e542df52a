import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import pg from 'pg'

const migrations = fileURLToPath(new URL('./migrations', import.meta.url))

/** The name of the last migration of this release, as the database notes it. */
export const newestMigration = basename(readdirSync(migrations).sort().at(-1) ?? '', '.sql')

/**
 * Brings a database to the newest schema: forward only, each file once, under an advisory lock, so that several
 * processes may call it at the same time. Takes a direct connection string (not one of a transaction pooler).
 * @returns the names of the migrations that were applied now
 */
export const migrate = async (databaseUrl: string): Promise<string[]> => {
  // A client of our own: the library does not wait until its own has gone.
  const dbClient = new pg.Client(databaseUrl)
  await dbClient.connect()
  try {
    const applied = await runner({
      dbClient,
      dir: migrations,
      direction: 'up',
      migrationsTable: 'migrations',
      advisoryLockMode: 'wait',
      singleTransaction: true,
      log: () => undefined,
    })
    return applied.map((migration) => migration.name)
  } finally {
    await dbClient.end()
  }
}
