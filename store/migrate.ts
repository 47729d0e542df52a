import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import pg from 'pg'

const migrations = fileURLToPath(new URL('./migrations', import.meta.url))

/** The name of the last migration of this release, as the database notes it. */
export const newestMigration = basename(readdirSync(migrations).sort().at(-1) ?? '', '.sql')

/** How long one try waits for a lock: meanwhile everybody else who wants the table waits behind it. */
const lockTimeoutMs = 2_000
const pauseMs = 1_000
const tries = 20

/**
 * Brings a database to the newest schema: forward only, each file once, under an advisory lock, so that several
 * processes may call it at the same time. Takes a direct connection string (not one of a transaction pooler).
 * @returns the names of the migrations that were applied now
 * @throws an error that says so where somebody holds a table for a minute; nothing is changed then
 */
export const migrate = async (databaseUrl: string): Promise<string[]> => {
  for (let left = tries; ; left--) {
    try {
      return await migrateOnce(databaseUrl)
    } catch (error) {
      if ((error as { code?: string }).code !== '55P03') throw error
      if (left <= 1)
        throw new Error(
          'A table was in use for a minute, and nothing was changed: end long transactions, and migrate again.',
          { cause: error },
        )
      await sleep(pauseMs)
    }
  }
}

const migrateOnce = async (databaseUrl: string): Promise<string[]> => {
  // A client of our own: the library does not wait until its own has gone.
  const dbClient = new pg.Client(databaseUrl)
  await dbClient.connect()
  try {
    await dbClient.query(`set lock_timeout = ${lockTimeoutMs}`)
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
