import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type pg from 'pg'
import { createPool, onlyRow, withTransaction } from '../../store/pool.js'
import type { Db } from '../../store/pool.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'

let test: TestDatabase
let pool: pg.Pool
beforeAll(async () => {
  test = await createTestDatabase()
  await test.pool.query('create table notes (text text primary key)')
})
afterAll(() => test.drop())

beforeEach(() => {
  pool = createPool({
    databaseUrl: test.url,
    applicationName: 'pool-test',
    maxConnections: 2,
    statementTimeout: 5_000,
    onIdleError: () => undefined,
  })
})
afterEach(() => pool.end())

const note = (db: Db, text: string): Promise<unknown> => db.query('insert into notes values ($1)', [text])
const noted = async (text: string): Promise<boolean> =>
  (await test.pool.query('select from notes where text = $1', [text])).rows.length === 1
const backend = async (db: Db): Promise<number> =>
  onlyRow((await db.query<{ pid: number }>('select pg_backend_pid() as pid')).rows).pid
/** Ends a connection at the server, and returns once it is gone there. */
const terminate = async (pid: number): Promise<void> => {
  await test.pool.query('select pg_terminate_backend($1, 5000)', [pid])
}
/** All connections are back, and each of them works. */
const expectWhole = async (): Promise<void> => {
  expect([pool.totalCount - pool.idleCount, pool.waitingCount]).toEqual([0, 0])
  const answers = await Promise.all([1, 2].map(() => pool.query<{ one: number }>('select 1 as one')))
  expect(answers.map(({ rows }) => rows)).toEqual([[{ one: 1 }], [{ one: 1 }]])
}

describe('withTransaction', () => {
  it('commits what was done when the work returns', async () => {
    const answer = await withTransaction(pool, async (db) => {
      await note(db, 'committed')
      expect(await noted('committed')).toBe(false)
      return 'answer'
    })
    expect([answer, await noted('committed')]).toEqual(['answer', true])
    await expectWhole()
  })

  it('rolls back when the work throws, and throws the same', async () => {
    const reason = new Error('changed its mind')
    const failed = withTransaction(pool, async (db) => {
      await note(db, 'thrown')
      throw reason
    })
    await expect(failed).rejects.toBe(reason)
    expect(await noted('thrown')).toBe(false)
    await expectWhole()
  })

  it('rolls back when a statement fails', async () => {
    const failed = withTransaction(pool, async (db) => {
      await note(db, 'twice')
      await note(db, 'twice')
    })
    await expect(failed).rejects.toMatchObject({ code: '23505' })
    expect(await noted('twice')).toBe(false)
    await expectWhole()
  })

  it('tells nobody that it has committed where a failed statement was overlooked', async () => {
    const failed = withTransaction(pool, async (db) => {
      await note(db, 'overlooked')
      await note(db, 'overlooked').catch(() => undefined)
      return 'done'
    })
    await expect(failed).rejects.toThrow('rolled back')
    expect(await noted('overlooked')).toBe(false)
    await expectWhole()
  })

  it('survives a connection that dies while the work does something else', async () => {
    const failed = withTransaction(pool, async (db) => {
      await note(db, 'died idle')
      const ended = new Promise((resolve) => (db as unknown as NodeJS.EventEmitter).once('end', resolve))
      await terminate(await backend(db))
      await ended
      await note(db, 'died idle too')
    })
    await expect(failed).rejects.toThrow()
    expect([await noted('died idle'), await noted('died idle too')]).toEqual([false, false])
    await expectWhole()
  })

  it('survives a connection that dies in the middle of a statement', async () => {
    const failed = withTransaction(pool, async (db) => {
      await note(db, 'died busy')
      const pid = await backend(db)
      const asleep = db.query('select pg_sleep(60)')
      asleep.catch(() => undefined)
      await terminate(pid)
      await asleep
    })
    await expect(failed).rejects.toMatchObject({ code: '57P01' })
    expect(await noted('died busy')).toBe(false)
    await expectWhole()
  })

  it('survives a connection that dies before the commit, and does not call it one', async () => {
    const failed = withTransaction(pool, async (db) => {
      await note(db, 'died last')
      await terminate(await backend(db))
    })
    await expect(failed).rejects.toThrow()
    expect(await noted('died last')).toBe(false)
    await expectWhole()
  })

  it('keeps nothing of the session of a work that failed', async () => {
    const failed = withTransaction(pool, async (db) => {
      await db.query(`set local statement_timeout = '1h'`)
      throw new Error('on purpose')
    })
    await expect(failed).rejects.toThrow('on purpose')
    const { rows } = await pool.query('show statement_timeout')
    expect(rows).toEqual([{ statement_timeout: '5s' }])
  })

  it('F14 does the work of a deadlock loser once more', async () => {
    await pool.query(`insert into notes values ('one'), ('other') on conflict do nothing`)
    let met = 0
    let meet = (): void => undefined
    const bothHold = new Promise<void>((resolve) => (meet = resolve))
    const tries = { forth: 0, back: 0 }
    const lock = (db: Db, text: string): Promise<unknown> =>
      db.query('select from notes where text = $1 for update', [text])
    const crossing = (way: 'forth' | 'back', first: string, second: string): Promise<string> =>
      withTransaction(pool, async (db) => {
        tries[way] += 1
        await lock(db, first)
        if ((met += 1) === 2) meet()
        await bothHold
        await lock(db, second)
        await note(db, way)
        return way
      })
    const done = await Promise.all([crossing('forth', 'one', 'other'), crossing('back', 'other', 'one')])
    expect(done).toEqual(['forth', 'back'])
    expect(tries.forth + tries.back).toBeGreaterThan(2)
    expect([await noted('forth'), await noted('back')]).toEqual([true, true])
    await expectWhole()
  })

  it('gives a deadlock up that comes again and again', async () => {
    let tries = 0
    const failed = withTransaction(pool, async (db) => {
      tries += 1
      await db.query(`do $$ begin raise exception 'deadlock detected' using errcode = '40P01'; end $$`)
    })
    await expect(failed).rejects.toMatchObject({ code: '40P01' })
    expect(tries).toBe(3)
    await expectWhole()
  })
})

describe('createPool', () => {
  it('hears of an idle connection that died, and gives another', async () => {
    const heard = new Promise<Error>((resolve) => pool.on('error', resolve))
    const pid = await backend(pool)
    await terminate(pid)
    expect(await heard).toBeInstanceOf(Error)
    expect(await backend(pool)).not.toBe(pid)
  })

  it('bounds statements, and names itself to the server', async () => {
    const { rows } = await pool.query(
      `select current_setting('statement_timeout') as timeout, current_setting('application_name') as name`,
    )
    expect(rows).toEqual([{ timeout: '5s', name: 'pool-test' }])
  })
})

describe('onlyRow', () => {
  it('is the row, or an error where there is none', () => {
    expect(onlyRow([1])).toBe(1)
    expect(() => onlyRow([])).toThrow('returned none')
  })
})
