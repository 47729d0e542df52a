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

  it('leaves nothing behind where a migration fails', async () => {
    await database.pool.query('create table users (id int)') // in the way of ours
    await expect(migrate(database.url)).rejects.toThrow('relation "users" already exists')
    await database.pool.query('drop table users')
    expect(await migrate(database.url)).toEqual(all)
  })
})
