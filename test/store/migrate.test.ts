import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { migrate } from '../../store/migrate.js'
import { createEmptyDatabase } from '../support/database.js'
import type { EmptyDatabase } from '../support/database.js'

const all = readdirSync(new URL('../../store/migrations', import.meta.url))
  .map((file) => file.replace(/\.sql$/, ''))
  .sort()

let database: EmptyDatabase
beforeEach(async () => {
  database = await createEmptyDatabase()
})
afterEach(() => database.drop())

describe('migrate', () => {
  it('is done once by three processes that start at the same time', async () => {
    const applied = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)])
    expect(applied.map(({ length }) => length).sort()).toEqual([0, 0, all.length])
    expect(applied.flat()).toEqual(all)
  })

  it('does nothing the second time', async () => {
    expect(await migrate(database.url)).toEqual(all)
    expect(await migrate(database.url)).toEqual([])
  })

  it('lets go of a table that somebody holds, and tries again', async () => {
    await migrate(database.url)
    const holder = await database.pool.connect()
    await holder.query('begin')
    await holder.query('lock table migrations in access exclusive mode')
    const migrated = migrate(database.url)
    const waiting = new Set<number>()
    while (waiting.size < 2) {
      const { rows } = await database.pool.query<{ pid: number }>(
        `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      for (const { pid } of rows) waiting.add(pid)
    }
    await holder.query('commit')
    holder.release()
    expect(await migrated).toEqual([])
  })

  it('leaves nothing behind where a migration fails', async () => {
    await database.pool.query('create table users (id int)') // in the way of ours
    await expect(migrate(database.url)).rejects.toThrow('relation "users" already exists')
    await database.pool.query('drop table users')
    expect(await migrate(database.url)).toEqual(all)
  })
})
