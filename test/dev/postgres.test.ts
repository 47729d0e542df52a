import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import { freePort } from '../../dev/ports.js'
import { startPostgres, type PostgresServer } from '../../dev/postgres.js'

describe('startPostgres', () => {
  let folder: string
  let server: PostgresServer | undefined

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'postgres-'))
    chmodSync(folder, 0o711)
  })
  afterEach(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true })
  })

  const start = async (port?: number): Promise<PostgresServer> => {
    server = await startPostgres({
      dataDir: join(folder, 'data'),
      port: port ?? (await freePort()),
      logFile: join(folder, 'postgres.log'),
      durable: true,
      spawned: () => undefined,
    })
    return server
  }
  const query = async (url: string, statement: string): Promise<unknown[]> => {
    const client = new pg.Client(url)
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows
    } finally {
      await client.end()
    }
  }

  it('is UTF-8 whatever the locale, listens on loopback only, and wants its password', async () => {
    const { url } = await start()
    const [facts] = await query(
      url,
      `select pg_encoding_to_char(encoding) as encoding, datlocale as locale, current_setting('listen_addresses') as listens,
         current_setting('unix_socket_directories') as sockets from pg_database where datname = current_database()`,
    )
    expect(facts).toEqual({ encoding: 'UTF8', locale: 'C.UTF-8', listens: '127.0.0.1', sockets: '' })
    const wrong = new URL(url)
    wrong.password = 'wrong'
    await expect(query(wrong.href, 'select')).rejects.toThrow('password authentication failed')
  })

  it('keeps its data over a stop, and over a kill that leaves its lock file behind with the pid of somebody else', async () => {
    const first = await start()
    await query(first.url, 'create table kept (n int)')
    await first.stop()
    const second = await start()
    await query(second.url, 'insert into kept values (1)')
    second.kill()
    await second.exited
    const lock = join(folder, 'data', 'cluster', 'postmaster.pid')
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(/^\d+/, String(process.pid)))

    const third = await start()
    expect(await query(third.url, 'select n from kept')).toEqual([{ n: 1 }])
  })

  it('stops a server that still runs on the same data', async () => {
    const first = await start()
    await start()
    expect(await first.exited).toBe('exit code 0')
  })

  it('tells its last words when it cannot start', async () => {
    await (await start()).stop()
    writeFileSync(join(folder, 'data', 'cluster', 'PG_VERSION'), '9')
    await expect(start()).rejects.toThrow(
      /^Postgres ended with exit code 1 before it answered\.\n[^]*initialized by PostgreSQL version 9[^]*postgres\.log\)$/,
    )
  })
})
