import { readFileSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { describeSchema } from '../../dev/describe-schema.js'
import { constraintCodes } from '../../store/constraints.js'
import { migrate } from '../../store/migrate.js'
import { createEmptyDatabase } from '../support/database.js'
import type { EmptyDatabase } from '../support/database.js'

let database: EmptyDatabase
let schema: string
beforeAll(async () => {
  database = await createEmptyDatabase()
  await migrate(database.url)
  schema = await describeSchema(database.url)
})
afterAll(() => database.drop())

describe('store/schema.sql', () => {
  it('is what the migrations make; else run `npm run schema:dump`', () => {
    expect(readFileSync(new URL('../../store/schema.sql', import.meta.url), 'utf8')).toBe(schema)
  })

  it('tells of every column, constraint, index, function and trigger that is added', async () => {
    const { pool } = database
    const additions = {
      "alter table users add column nickname text default 'none'": "nickname text DEFAULT 'none'::text",
      'alter table users add constraint nickname_length check (length(nickname) < 9)':
        'CONSTRAINT nickname_length CHECK',
      'create index nicknames on users (nickname)': 'CREATE INDEX nicknames ON users',
      'create function app.nick() returns trigger language plpgsql as $$ begin return new; end $$':
        'FUNCTION app.nick()',
      'create trigger nicks before insert on users for each row execute function app.nick()':
        'CREATE TRIGGER nicks',
      'create table nicknames_given (id int)': 'CREATE TABLE nicknames_given',
    }
    for (const statement of Object.keys(additions)) await pool.query(statement)
    const changed = await describeSchema(database.url)
    for (const told of Object.values(additions)) {
      expect(schema).not.toContain(told)
      expect(changed).toContain(told)
    }
  })

  // A delete asks each table that points to its row, once for each row: without an index it reads that table whole.
  it('serves every foreign key that a delete of the product walks with an index', async () => {
    const folder = new URL('../../store/', import.meta.url)
    const deleted = readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => [...readFileSync(new URL(name, folder), 'utf8').matchAll(/\bdelete from (\w+)/g)])
      .map(([, table = '']) => table)
    expect(deleted).toEqual(expect.arrayContaining(['users', 'identities', 'user_emails', 'attempts']))
    const { rows } = await database.pool.query<{ key: string }>(
      `with recursive keys as (
         select conname, conrelid, confrelid, confdeltype, conkey from pg_constraint where contype = 'f' and confrelid > 0
       ), emptied as (
         select oid from pg_class where relnamespace = 'public'::regnamespace and relname = any($1)
         union select k.conrelid from keys k join emptied e on e.oid = k.confrelid where k.confdeltype = 'c'
       )
       select k.conname as key from keys k join emptied e on e.oid = k.confrelid
       where not exists (
         select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
         where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1] and cardinality(k.conkey) = 1
           and coalesce(pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname), true))
       order by 1`,
      [deleted],
    )
    expect(rows.map(({ key }) => key)).toEqual([])
  })

  it.each(Object.keys(constraintCodes))('has %s, which is mapped to an error code', (name) => {
    expect(schema).toMatch(new RegExp(`(CONSTRAINT|UNIQUE INDEX) ${name} `))
  })
})
