import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import pg from 'pg'
import type { ChainHead } from '../../store/audit-verification.js'
import { createDatabase } from '../../store/stores.js'
import { createAuditSealStore } from '../../store/audit-seals.js'
import { sealAudit } from '../../worker/sealer.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { createWorld } from './world.js'
import type { World } from './world.js'

let test: TestDatabase
let world: World
let organizationId: string
beforeAll(async () => {
  test = await createTestDatabase()
  world = createWorld(test.pool)
})
beforeEach(async () => {
  organizationId = await world.organization()
})
afterAll(() => test.drop())

const day = 24 * 3_600_000
const attempt = (last: number): string => `00000000-0000-7000-8000-00000000000${last}`
const note = (attemptId: string | null): Promise<void> =>
  world.database.audit.record({
    event: 'attempt.started',
    actor: { kind: 'system' },
    organizationId,
    attemptId,
    target: { kind: 'provider', id: 'p' },
    clientNetwork: '192.0.2.7',
    data: {},
  })
const purge = () => world.database.transaction(({ auditSeals }) => auditSeals.purge(1_000))
const verify = () => world.database.auditSeals.verify()
/** As somebody with the keys of the database would: past the triggers. */
const forge = async (statement: string): Promise<void> => {
  const client = await test.pool.connect()
  await client.query('set session_replication_role = replica')
  await client.query(statement)
  await client.query('set session_replication_role = default')
  client.release()
}

describe('the audit', () => {
  it('T62 is sealed into the chains of attempt and organization, and says what is not sealed yet', async () => {
    await note(attempt(1))
    await note(attempt(1))
    await note(null)
    expect((await verify()).unsealed).toHaveLength(3)
    await sealAudit(world.database)
    expect(await verify()).toMatchObject({ faults: [], unsealed: [] })
    const chains = await world.rows(
      'select chain, count(*)::int as seals from audit_seals where chain like $1 or chain like $2 group by chain order by chain',
      ['attempt/%', `organization/${organizationId}`],
    )
    expect(chains).toEqual([
      { chain: `attempt/${attempt(1)}`, seals: 2 },
      { chain: `organization/${organizationId}`, seals: 3 },
    ])
  })

  it('is sealed once by many sealers at once', async () => {
    await Promise.all(Array.from({ length: 50 }, () => note(attempt(2))))
    await Promise.all(Array.from({ length: 6 }, () => sealAudit(world.database)))
    await sealAudit(world.database)
    expect(await verify()).toMatchObject({ faults: [], unsealed: [] })
  })

  it('stays whole when where somebody was is taken away, and nothing else can be changed', async () => {
    await test.pool.query('update audit_events set client_network = null')
    expect(await verify()).toMatchObject({ faults: [] })
    for (const statement of [
      `update audit_events set client_network = '192.0.2.8'`,
      `update audit_seals set hash = hash`,
      `delete from audit_seals`,
      `truncate audit_seals`,
    ])
      await expect(test.pool.query(statement)).rejects.toMatchObject({ code: '23001' })
  })

  it.each([
    [
      'a row that was changed',
      `update audit_events set event = 'x' where id = (select max(id::text)::uuid from audit_events)`,
      'event was changed',
    ],
    [
      'a row that is gone',
      `delete from audit_events where id = (select max(id::text)::uuid from audit_events)`,
      'event is missing',
    ],
    ['a seal that is gone', `delete from audit_seals where position = 1`, 'seal is missing'],
    [
      'a row that was slipped in',
      `insert into audit_events (event, actor_kind) values ('x', 'system')`,
      'event is neither sealed nor waiting',
    ],
  ])('T62 %s breaks its chains', async (_what, statement, fault) => {
    await note(attempt(3))
    await note(attempt(3))
    await sealAudit(world.database)
    await forge(statement)
    expect((await verify()).faults.map((found) => found.fault)).toContain(fault)
    await forge('delete from audit_events')
    await forge('delete from audit_seals')
    await forge('delete from audit_unsealed')
  })

  it('is kept for 400 days, and what goes then leaves its chains whole', async () => {
    const [old, young, over] = [attempt(7), attempt(8), attempt(9)]
    for (const one of [old, over, old, over]) await note(one)
    await sealAudit(world.database)
    await test.advanceClock(399 * day)
    await purge()
    await note(old)
    await note(young)
    await sealAudit(world.database)
    const left = (): Promise<object[]> =>
      world.rows('select attempt_id from audit_events where attempt_id = any($1) order by attempt_id', [
        [old, young],
      ])
    expect(await left()).toHaveLength(4)
    const sealed = async (): Promise<string[]> => {
      const rows = await world.rows<{ seal: string }>(
        `select concat_ws(' ', split_part(chain, '/', 1), position) as seal from audit_seals
         where chain = any($1) order by chain, position`,
        [[`attempt/${old}`, `attempt/${over}`, `organization/${organizationId}`]],
      )
      return rows.map(({ seal }) => seal)
    }
    expect(await sealed()).toHaveLength(11)
    // Its seal is as old, but without it nothing would tell what the event was.
    await expect(test.pool.query('delete from audit_seals')).rejects.toThrow('append-only')
    await expect(test.pool.query('delete from audit_events')).rejects.toThrow('append-only')

    await test.advanceClock(2 * day)
    await purge()
    expect(await left()).toEqual([{ attempt_id: old }, { attempt_id: young }])
    // Of what has gone the seal stays on which the next one rests; a sign-in of which all has gone has none.
    expect(await sealed()).toEqual([
      'attempt 2',
      'attempt 3',
      'organization 4',
      'organization 5',
      'organization 6',
    ])
    expect((await verify()).faults).toEqual([])
    await note(over)
    await sealAudit(world.database)
    expect((await verify()).faults).toEqual([])
    await forge(`delete from audit_events where attempt_id = '${young}'`)
    expect((await verify()).faults).toContainEqual(expect.objectContaining({ fault: 'event is missing' }))
  })
})

describe('what was printed before and kept elsewhere', () => {
  beforeEach(() => forge('delete from audit_events; delete from audit_seals; delete from audit_unsealed'))
  afterAll(() => forge('delete from audit_events; delete from audit_seals; delete from audit_unsealed'))

  const chain = (): string => `organization/${organizationId}`
  const headNow = async (): Promise<ChainHead> => {
    const head = (await verify()).heads.find((one) => one.chain === chain())
    if (head === undefined) throw new Error('the chain has no head')
    return head
  }
  const faultsWith = async (...expected: ChainHead[]): Promise<string[]> =>
    (await world.database.transaction((stores) => stores.auditSeals.verify(expected))).faults.map(
      ({ fault }) => fault,
    )

  it('T62 tells of newest rows that went with their seals, which no chain tells', async () => {
    await note(null)
    await sealAudit(world.database)
    const before = await headNow()
    await note(null)
    await sealAudit(world.database)
    const head = await headNow()
    expect(await faultsWith(before, head)).toEqual([])
    await forge(`with gone as (delete from audit_seals where chain = '${chain()}' and position = 2 returning event_id)
      delete from audit_events where id in (select event_id from gone)`)
    expect((await verify()).faults).toEqual([])
    expect(await faultsWith(before)).toEqual([])
    expect(await faultsWith(head)).toEqual(['expected seal is missing'])
    await forge(`with gone as (delete from audit_seals where chain = '${chain()}' returning event_id)
      delete from audit_events where id in (select event_id from gone)`)
    expect((await verify()).faults).toEqual([])
    expect(await faultsWith(before, head)).toEqual(['expected seal is missing', 'expected seal is missing'])
  })

  it('T62 tells of a chain that was written anew', async () => {
    await note(null)
    await sealAudit(world.database)
    const head = await headNow()
    await forge(`with gone as (delete from audit_seals where chain = '${chain()}' returning event_id)
      update audit_events set actor_id = 'somebody else' where id in (select event_id from gone)`)
    await forge(
      `insert into audit_unsealed select id from audit_events where organization_id = '${organizationId}'`,
    )
    await sealAudit(world.database)
    expect((await verify()).faults).toEqual([])
    expect(await faultsWith(head)).toEqual(['seal is not the expected one'])
  })

  it('is found in a chain that is longer than what is read at once', async () => {
    await note(null)
    await sealAudit(world.database)
    const first = await headNow()
    await world.rows(
      `insert into audit_events (event, actor_kind, organization_id)
       select 'attempt.started', 'system', $1 from generate_series(1, 4100)`,
      [organizationId],
    )
    await sealAudit(world.database)
    const last = await headNow()
    expect(last.position).toBe(4_101)
    const { events, faults, unsealed } = await world.database.auditSeals.verify([first, last])
    expect([faults, unsealed, events > 4_100]).toEqual([[], [], true])
    await forge(`update audit_events set actor_id = 'x' where id =
      (select event_id from audit_seals where chain = '${chain()}' and position = 3000)`)
    expect((await verify()).faults).toEqual([{ chain: chain(), position: 3_000, fault: 'event was changed' }])
  })
})

describe('a role that owns nothing (docs/operations.md)', () => {
  it('does the work of API and worker, and can neither change the audit nor switch off what keeps it', async () => {
    const role = `app_${randomUUID().slice(0, 8)}`
    const operations = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
    const [, grants = ''] = /```sql\n(create role auth_pipeline_app[^`]*)```/.exec(operations) ?? []
    const owner = new pg.Client(test.url)
    await owner.connect()
    await owner.query(grants.replaceAll('auth_pipeline_app', role))
    // The clock of the tests; elsewhere there is none.
    await owner.query(`grant select on app.clock to ${role}`)
    // What a later migration adds is theirs, too.
    await owner.query('create table later_migration (id bigserial primary key)')
    const pool = new pg.Pool({ connectionString: test.url, options: `-c role=${role}` })
    try {
      const database = createDatabase(pool)
      const providerId = await world.provider(organizationId)
      const attempt = await database.attempts.create(world.newAttempt(providerId))
      const { id: userId } = await database.users.create({
        name: 'Nora',
        locale: 'en',
        email: world.email(),
        emailVerified: true,
      })
      await database.members.ensure(userId, organizationId, 'member')
      await database.attempts.end(attempt.id, { result: 'cancelled' })
      await database.audit.record({
        event: 'attempt.started',
        actor: { kind: 'user', id: userId },
        organizationId,
        attemptId: null,
        target: { kind: 'provider', id: 'p' },
        clientNetwork: '192.0.2.7',
        data: {},
      })
      await sealAudit(database)
      await database.rateLimits.take({ limit: { name: 'role', max: 1, seconds: 60 }, of: 'x' })
      await database.people.erase(userId, { addresses: [], indexes: [] })
      await database.retention.purge(10)
      await database.transaction((stores) => stores.auditSeals.purge(10))
      await pool.query('insert into later_migration default values')
      expect((await database.auditSeals.verify()).faults).toEqual([])
      for (const statement of [
        `update audit_events set event = 'x'`,
        'update audit_seals set hash = hash',
        'truncate audit_events',
        'alter table audit_events disable trigger all',
        'set session_replication_role = replica',
        'drop trigger audit_events_kept on audit_events',
        'create or replace function app.now() returns timestamptz language sql as $$ select now() $$',
      ])
        await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' })
      await expect(pool.query('delete from audit_events')).rejects.toMatchObject({ code: '23001' })
    } finally {
      await pool.end()
      await owner.query(`drop table later_migration; drop owned by ${role}; drop role ${role}`)
      await owner.end()
    }
  })
})

describe('a turn of the sealer', () => {
  it('reads what waits by its key, however long the audit is', async () => {
    await sealAudit(world.database)
    await forge(`insert into audit_events (event, actor_kind, organization_id)
      select 'attempt.started', 'system', '${organizationId}' from generate_series(1, 20000)`)
    // Statistics from a busy moment, which the planner goes on with.
    await forge('insert into audit_unsealed select id from audit_events')
    await world.rows('analyze audit_events, audit_unsealed')
    await forge('delete from audit_unsealed')
    await note(null)
    const plan: string[] = []
    const explaining = createAuditSealStore({
      query: async (statement, values) => {
        const text = typeof statement === 'string' ? statement : statement.text
        if (!text.includes('audit_unsealed')) return test.pool.query(statement as string, values)
        const explained = await test.pool.query(`explain ${text}`, values)
        plan.push(...explained.rows.map((row: { 'QUERY PLAN': string }) => row['QUERY PLAN']))
        return { ...explained, rows: [] }
      },
    })
    await explaining.seal(1_000)
    expect(plan.filter((line) => line.includes('on audit_events'))).toEqual([
      expect.stringMatching(/Index Scan using audit_events_pkey on audit_events/),
    ])
    expect(plan.filter((line) => /Merge|Hash/.test(line))).toEqual([])
  })
})
