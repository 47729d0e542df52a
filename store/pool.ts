import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** What every store function needs: a pool or the client of an open transaction. */
export interface Db {
  query<Row extends pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>
}

export interface PoolOptions {
  readonly databaseUrl: string
  readonly applicationName: string
  readonly maxConnections: number
  /** Milliseconds after which the server gives up a statement. */
  readonly statementTimeout: number
  /** Told of errors on idle connections; without a listener they would end the process. */
  readonly onIdleError: (error: Error) => void
}

/**
 * A pool with bounds on every wait: 2 s for a connection, and those given for a statement. They travel as
 * start-up options and hold behind a transaction pooler that passes them on.
 */
export const createPool = (options: PoolOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    application_name: options.applicationName,
    max: options.maxConnections,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: options.statementTimeout,
    query_timeout: options.statementTimeout + 1_000,
    keepAlive: true,
  })
  pool.on('error', options.onIdleError)
  return pool
}

/** A deadlock's victim, or one of two transactions that no order fits (PostgreSQL manual, 13.5): the same work may go through now. */
const conflicts = new Set<unknown>(['40P01', '40001'])
const tries = 3

/**
 * Runs `work` in one transaction: committed when it returns, rolled back when it throws. Work that lost a deadlock is done again,
 * three times at most, so it must do nothing that a rollback does not undo.
 */
export const withTransaction = async <T>(pool: pg.Pool, work: (db: Db) => Promise<T>): Promise<T> => {
  for (let left = tries - 1; ; left--) {
    try {
      return await runTransaction(pool, work)
    } catch (error) {
      if (left === 0 || !conflicts.has((error as { code?: unknown } | null)?.code)) throw error
      // The winner goes first: who comes back at once may take the row that it still waits for.
      await sleep(10 + 40 * Math.random())
    }
  }
}

/** A connection whose rollback fails is thrown away. */
const runTransaction = async <T>(pool: pg.Pool, work: (db: Db) => Promise<T>): Promise<T> => {
  const client = await pool.connect()
  // The pool listens to idle connections only. One that dies in here fails the next statement; unheard, it would end the process.
  const heard = (): void => undefined
  client.on('error', heard)
  try {
    await client.query('begin')
    const result = await work(client)
    const { command } = await client.query('commit')
    // What Postgres answers where a statement failed and `work` went on all the same.
    if (command !== 'COMMIT') throw new Error('a statement failed, so the transaction was rolled back')
    client.release()
    return result
  } catch (error) {
    await client.query('rollback').then(
      () => client.release(),
      (rollbackError: unknown) => client.release(rollbackError instanceof Error ? rollbackError : true),
    )
    throw error
  } finally {
    client.off('error', heard)
  }
}

/** Names by statement. What is built for one request only must not fill the memory of every connection. */
const names = new Map<string, string>()
const mostNames = 500

const nameOf = (text: string): string | undefined => {
  const known = names.get(text)
  if (known !== undefined || names.size >= mostNames) return known
  const name = `s_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`
  names.set(text, name)
  return name
}

/**
 * Lets the server plan each statement once for a connection instead of at each call: planning the long ones takes several times as
 * long as running them. A transaction pooler has to know of it (PgBouncer 1.21 or newer, `max_prepared_statements`).
 *
 * A statement that comes in one object with its values is planned at each call: those of filters that somebody chose, for which
 * a plan that is the same for all values would walk a whole table for the rare ones.
 */
export const prepared = (db: Db): Db => ({
  query: (statement, values) => {
    if (typeof statement !== 'string' || values === undefined) return db.query(statement, values)
    const name = nameOf(statement)
    return db.query({ text: statement, values, ...(name === undefined ? {} : { name }) })
  },
})

/** The row of a statement that always returns one. */
export const onlyRow = <Row>(rows: readonly Row[]): Row => {
  const [row] = rows
  if (row === undefined) throw new Error('a statement that always returns a row returned none')
  return row
}
