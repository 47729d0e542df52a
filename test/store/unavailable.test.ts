import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type pg from 'pg'
import { AppError } from '../../domain/errors.js'
import { createPool } from '../../store/pool.js'
import { createDatabase } from '../../store/stores.js'
import { isUnavailable } from '../../store/unavailable.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

/** What the work of a pool on this server fails with. */
const failure = async (
  work: (pool: pg.Pool) => Promise<unknown>,
  databaseUrl = test.url,
  statementTimeout = 200,
): Promise<unknown> => {
  const pool = createPool({
    databaseUrl,
    applicationName: 'test',
    maxConnections: 1,
    statementTimeout,
    onIdleError: () => undefined,
  })
  try {
    await work(pool)
  } catch (error) {
    return error
  } finally {
    await pool.end()
  }
  throw new Error('the work did not fail')
}
const ask = (pool: pg.Pool): Promise<unknown> => pool.query('select 1')
const urlWith = (change: (url: URL) => void): string => {
  const url = new URL(test.url)
  change(url)
  return url.href
}
/** What asking a server fails with that treats each connection like this. */
const failureAt = async (treat: (socket: Socket) => void): Promise<unknown> => {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined))
    treat(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const error = await failure(ask, `postgres://x:x@127.0.0.1:${port}/x`)
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
  return error
}
const closedPort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const away: [string, () => Promise<unknown>][] = [
  ['nobody listens', async () => failure(ask, `postgres://x:x@127.0.0.1:${await closedPort()}/x`)],
  [
    'nobody listens at any address of a name',
    async () => failure(ask, `postgres://x:x@localhost:${await closedPort()}/x`),
  ],
  ['no way leads there', () => failure(ask, 'postgres://x:x@[2001:db8::1]:1/x')],
  ['the name is unknown', () => failure(ask, 'postgres://x:x@database.invalid/x')],
  ['the server hangs up at once', () => failureAt((socket) => socket.end())],
  ['the server resets the connection', () => failureAt((socket) => socket.resetAndDestroy())],
  ['the server says nothing', () => failureAt((socket) => socket.resume())],
  [
    'the server starts up',
    () =>
      failureAt((socket) =>
        socket.once('data', () => socket.end(errorMessage('57P03', 'the database system is starting up'))),
      ),
  ],
  [
    'the server has no room',
    () =>
      failureAt((socket) =>
        socket.once('data', () => socket.end(errorMessage('53300', 'sorry, too many clients already'))),
      ),
  ],
  [
    'its disk is full',
    () => failure((pool) => pool.query(`do $$ begin raise 'no space' using errcode = '53100'; end $$`)),
  ],
  [
    'the backend is terminated',
    () => failure((pool) => pool.query('select pg_terminate_backend(pg_backend_pid())')),
  ],
  [
    'the backend was terminated before',
    async () =>
      failure(async (pool) => {
        const client = await pool.connect()
        const ended = new Promise((resolve) => client.on('error', () => undefined).once('end', resolve))
        const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
        await test.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
        await ended
        await client.query('select 1').finally(() => client.release(true))
      }),
  ],
  ['a statement takes too long', () => failure((pool) => pool.query('select pg_sleep(60)'))],
  [
    'the server does not keep to that time',
    () => failure((pool) => pool.query('set statement_timeout = 0; select pg_sleep(60)')),
  ],
  [
    'a row stays locked',
    () =>
      withLockedRow(() =>
        failure((pool) => pool.query(`set lock_timeout = '50ms'; select from locked for update`)),
      ),
  ],
  [
    'all connections are taken',
    () =>
      failure(async (pool) => {
        const client = await pool.connect()
        await ask(pool).finally(() => client.release())
      }),
  ],
  [
    'a deadlock came again and again',
    () => failure((pool) => pool.query(`do $$ begin raise 'deadlock' using errcode = '40P01'; end $$`)),
  ],
  [
    'two transactions fit no order',
    () => failure((pool) => pool.query(`do $$ begin raise 'order' using errcode = '40001'; end $$`)),
  ],
  [
    'the server has become a standby',
    () => failure((pool) => pool.query('set transaction read only; create table x ()')),
  ],
]

const there: [string, () => Promise<unknown>][] = [
  [
    'a constraint is violated',
    () => failure((pool) => pool.query('insert into organizations (slug, name) values (null, null)')),
  ],
  ['a statement is wrong', () => failure((pool) => pool.query('selct 1'))],
  ['a table is missing', () => failure((pool) => pool.query('select from nowhere'))],
  ['a value is wrong', () => failure((pool) => pool.query(`select 'timeout'::uuid`))],
  [
    'the password is wrong',
    () =>
      failureAt((socket) =>
        socket.once('data', () => socket.end(errorMessage('28P01', 'password authentication failed'))),
      ),
  ],
  [
    'the database does not exist',
    () =>
      failure(
        ask,
        urlWith((url) => (url.pathname = 'nowhere')),
      ),
  ],
  ['the request was refused', () => Promise.resolve(new AppError('bad_request'))],
  ['the program is wrong', () => Promise.resolve(new TypeError('x is not a function'))],
  ['nothing was thrown', () => Promise.resolve(undefined)],
  ['a text was thrown', () => Promise.resolve('timeout')],
  ['null was thrown', () => Promise.resolve(null)],
]

describe('isUnavailable', () => {
  it.each(away)('is true where %s', async (_case, provoke) => {
    const error = await provoke()
    expect({ error, unavailable: isUnavailable(error) }).toMatchObject({ unavailable: true })
    expect(createDatabase(test.pool).isUnavailable(error)).toBe(true)
  })

  it.each(there)('is false where %s', async (_case, provoke) => {
    const error = await provoke()
    expect({ error, unavailable: isUnavailable(error) }).toMatchObject({ unavailable: false })
  })
})

/** An error of the server, as it travels (PostgreSQL manual, "Message Formats", ErrorResponse). */
function errorMessage(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}

async function withLockedRow<T>(work: () => Promise<T>): Promise<T> {
  await test.pool.query('create table locked as select 1 as one')
  const client = await test.pool.connect()
  await client.query('begin')
  await client.query('select from locked for update')
  try {
    return await work()
  } finally {
    await client.query('rollback')
    client.release()
  }
}
