import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { countsStatement, searchStatement } from '../../store/attempt-search.js'
import type { AttemptFilter } from '../../store/attempt-search.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { plantAttempts, plantFewAmongMany } from '../support/many-attempts.js'
import { createWorld } from './world.js'
import type { World } from './world.js'
import { onlyRow, prepared } from '../../store/pool.js'
import type { Db } from '../../store/pool.js'
import { auditStatement } from '../../store/attempt-story.js'
import { createPersonStore } from '../../store/people.js'

let test: TestDatabase
let world: World
/** Who signed in at the small organization. */
let few: string[]
beforeAll(async () => {
  test = await createTestDatabase()
  world = createWorld(test.pool)
  for (const slug of [await world.organization(), await world.organization()]) await world.provider(slug)
  await plantAttempts(test.pool, 30_000)
  const small = [await world.organization(), await world.organization()]
  const providers: string[] = []
  for (const id of small) providers.push(await world.provider(id))
  few = await plantFewAmongMany(test.pool, providers[0] ?? '')
})
afterAll(() => test.drop())

const indexOf = (n: number): Buffer => createHash('sha256').update(`${n}@many.example`).digest()
const person = (n: number): NonNullable<AttemptFilter['person']> => ({
  addressIndexes: [indexOf(n)],
  canonical: `${n}@many.example`,
  userId: null,
})

const filters: Readonly<Record<string, Partial<AttemptFilter>>> = {
  everything: {},
  'an address': { person: person(77) },
  'an address and an outcome': { person: person(77), outcome: 'signed_in' },
  'a user': {
    person: { addressIndexes: [], canonical: null, userId: '00000000-0000-7000-8000-000000000000' },
  },
  'a reference': { attemptId: '00000000-0000-7000-8000-000000000000' },
  'an organization': { organization: 'x1' },
  'a scope': { scope: ['x1'] },
  'a rare outcome': { outcome: 'expired' },
  'an organization and an outcome': { organization: 'x1', outcome: 'rejected' },
  'a stage': { stage: 'awaiting_decision' },
  'a mail state': { mail: 'parked' },
  'an organization with few': { organization: 'x5' },
  'an organization with none': { organization: 'x6' },
  'a scope of small organizations': { scope: ['x5', 'x6'] },
  'a scope of all': { scope: ['x1', 'x2', 'x5', 'x6'] },
  'a provider with few': { provider: 'x7' },
  'a provider with few in a scope': { scope: ['x1', 'x5'], provider: 'x7' },
  'a provider of another organization': { organization: 'x1', provider: 'x7' },
  'an organization and an outcome that it has not': { organization: 'x1', outcome: 'expired' },
  'a provider and an outcome that it has not': { provider: 'x3', outcome: 'expired' },
  'a scope of all and an outcome': { scope: ['x1', 'x2', 'x5', 'x6'], outcome: 'expired' },
  'a scope of all and a mail state': { scope: ['x1', 'x2', 'x5', 'x6'], mail: 'parked' },
  'a scope of few and a mail state': { scope: ['x5', 'x6'], mail: 'parked' },
  'an organization with few and a frequent mail state': { organization: 'x5', mail: 'confirmed' },
  'an organization and a stage': { organization: 'x2', stage: 'awaiting_decision' },
  'few of an outcome': { organization: 'x5', outcome: 'signed_in' },
  'an address within a scope': { scope: ['x1', 'x2'], person: person(77) },
  'a time': { since: new Date(Date.now() - 86_400_000), until: new Date() },
}

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]

/**
 * What of a run statement read many rows of a table, or one from end to end, but for those that stay small. With `generic` it runs as a
 * statement does that its connection has planned once for all values.
 */
const readMuch = async (
  text: string,
  values: unknown[],
  plan: 'custom' | 'generic' = 'custom',
): Promise<string[]> => {
  const client = await test.pool.connect()
  try {
    await client.query(`set plan_cache_mode = force_${plan}_plan`)
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
      name: `explain ${text}`.slice(0, 60),
      text: `explain (analyze, format json) ${text}`,
      values,
    })
    return nodesOf(onlyRow(rows)['QUERY PLAN'][0].Plan)
      .filter((node) => !['organizations', 'providers'].includes(node['Relation Name'] ?? 'organizations'))
      .filter(
        (node) =>
          node['Node Type'] === 'Seq Scan' ||
          (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'] > 1_000,
      )
      .map((node) => `${node['Node Type']} of ${node['Relation Name'] ?? ''}`)
  } finally {
    client.release(true)
  }
}

describe('a search among many attempts', () => {
  it.each(Object.keys(filters))('by %s reads no table far', async (name) => {
    const { text, values } = searchStatement({ scope: null, ...filters[name] }, 50)
    expect(await readMuch(text, values)).toEqual([])
    const following = searchStatement(
      { scope: null, ...filters[name] },
      50,
      `1790000000000000.00000000-0000-7000-8000-000000000000`,
    )
    expect(await readMuch(following.text, following.values)).toEqual([])
  })

  it('counts by what is open and what has just ended', async () => {
    expect(await readMuch(countsStatement, [null])).toEqual([])
    const counts = await world.database.attemptSearch.counts(null)
    expect(counts.awaiting_decision).toBe(30)
    expect(counts.signed_in).toBeGreaterThan(800)
    expect(counts.signed_in).toBeLessThan(1_100)
  })

  it('finds the one of an address', async () => {
    const found = await world.database.attemptSearch.search({ scope: null, person: person(77) }, 50)
    expect(found.items).toHaveLength(1)
    expect(found.next).toBeNull()
  })

  it('finds what somebody who is signed in began and gave up, also when it is over', async () => {
    const userId = await world.user()
    const [provider] = await world.rows<{ id: string }>(`select id from providers where name = 'x7'`)
    const { id } = await world.database.attempts.create({
      ...world.newAttempt(provider?.id ?? ''),
      sessionUserId: userId,
    })
    const theirs = { scope: null, person: { addressIndexes: [], canonical: null, userId } }
    const ids = async () =>
      (await world.database.attemptSearch.search(theirs, 50)).items.map((item) => item.id)
    expect(await ids()).toEqual([id])
    await world.rows(
      `update attempts set stage = 'ended', outcome = 'cancelled', ended_at = app.now() where id = $1`,
      [id],
    )
    expect(await ids()).toEqual([id])
  })
})

describe('the audit among many events', () => {
  const attemptId = async (): Promise<string> =>
    onlyRow(await world.rows<{ id: string }>('select id from attempts order by id desc limit 1')).id
  const looks: Readonly<Record<string, () => Promise<Partial<Parameters<typeof auditStatement>[0]>>>> = {
    everything: async () => ({}),
    'a frequent event': async () => ({ event: 'attempt.ended' }),
    'a rare event': async () => ({ event: 'domain.proved' }),
    'an event that never was': async () => ({ event: 'mail.given_up' }),
    'an actor': async () => ({ actorId: few[0] ?? '' }),
    'an actor and an event': async () => ({ actorId: few[0] ?? '', event: 'attempt.ended' }),
    'a target': async () => ({ targetId: await attemptId() }),
    'a scope of few': async () => ({ scope: ['x5', 'x6'] }),
    'a scope of many': async () => ({ scope: ['x1', 'x2', 'x5'] }),
    'a scope and an event': async () => ({ scope: ['x5'], event: 'domain.proved' }),
  }
  it.each(Object.keys(looks))('by %s is read no further than asked for, whoever plans', async (name) => {
    const filter = { scope: null, ...(await looks[name]?.()) }
    for (const after of [{}, { after: 'ffffffff-0000-7000-8000-000000000000' }]) {
      const { text, values } = auditStatement({ ...filter, ...after }, 51)
      for (const plan of ['custom', 'generic'] as const)
        expect({ plan, read: await readMuch(text, values, plan) }).toEqual({ plan, read: [] })
    }
  })

  it('finds what is asked for, in the order of time', async () => {
    const rare = await world.database.attemptStory.listAudit({ scope: ['x5'], event: 'domain.proved' }, 3)
    const more = await world.database.attemptStory.listAudit(
      { scope: null, after: rare.at(-1)?.id ?? '', event: 'domain.proved' },
      9,
    )
    expect([rare.length, more.length]).toEqual([3, 2])
    const ids = [...rare, ...more].map(({ id }) => id)
    expect(ids).toEqual(ids.toSorted().reverse())
    expect(await world.database.attemptStory.listAudit({ scope: ['x6'] }, 9)).toEqual([])
  })
})

describe('what goes, among much that stays', () => {
  /** Rows that the work read outside of indexes, with those that its foreign keys asked for. */
  const readWhole = async (work: (db: Db) => Promise<unknown>): Promise<unknown[]> => {
    const client = await test.pool.connect()
    try {
      await client.query('begin')
      await work(client)
      const { rows } = await client.query<{ relname: string }>(
        'select relname from pg_stat_xact_user_tables where seq_tup_read > 1000 order by relname',
      )
      return rows.map(({ relname }) => relname)
    } finally {
      await client.query('rollback')
      client.release()
    }
  }

  it('erases a person without reading a table from end to end', async () => {
    const erase = (userId: string) => (db: Db) =>
      createPersonStore(prepared(db)).erase(userId, {
        addresses: ['77@many.example'],
        indexes: [indexOf(77)],
      })
    // More often than a connection plans a statement anew.
    for (let n = 0; n < 8; n++) expect(await readWhole(erase(few[n % few.length] ?? ''))).toEqual([])
  })

  it('unlinks everybody of a provider without reading a table from end to end', async () => {
    expect(
      await readWhole((db) => db.query("delete from identities where issuer = 'https://few.example'")),
    ).toEqual([])
  })
})
