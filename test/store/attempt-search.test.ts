import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { countsStatement, searchStatement } from '../../store/attempt-search.js'
import type { AttemptFilter } from '../../store/attempt-search.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { plantAttempts } from '../support/many-attempts.js'
import { createWorld } from './world.js'
import type { World } from './world.js'

let test: TestDatabase
let world: World
beforeAll(async () => {
  test = await createTestDatabase()
  world = createWorld(test.pool)
  for (const slug of [await world.organization(), await world.organization()]) await world.provider(slug)
  await plantAttempts(test.pool, 30_000)
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
  'a time': { since: new Date(Date.now() - 86_400_000), until: new Date() },
}

/** Tables that an explained plan reads from end to end, but for those that stay small. */
const readWhole = async (text: string, values: unknown[]): Promise<string[]> => {
  const rows = await world.rows<{ 'QUERY PLAN': unknown }>(`explain (format json) ${text}`, values)
  const plan = JSON.stringify(rows[0]?.['QUERY PLAN'])
  return [...plan.matchAll(/"Node Type":"Seq Scan"[^{}]*?"Relation Name":"(\w+)"/g)]
    .map(([, table = '']) => table)
    .filter((table) => !['organizations', 'providers'].includes(table))
}

describe('a search among many attempts', () => {
  it.each(Object.keys(filters))('by %s reads no table from end to end', async (name) => {
    const { text, values } = searchStatement({ scope: null, ...filters[name] }, 50)
    expect(await readWhole(text, values)).toEqual([])
    const following = searchStatement(
      { scope: null, ...filters[name] },
      50,
      `1790000000000000.00000000-0000-7000-8000-000000000000`,
    )
    expect(await readWhole(following.text, following.values)).toEqual([])
  })

  it('counts by what is open and what has just ended', async () => {
    expect(await readWhole(countsStatement, [null])).toEqual([])
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
})
