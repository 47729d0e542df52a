import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from '@jest/globals'
import type { AttemptFilter } from '../store/attempt-search.js'
import { createTestDatabase } from '../test/support/database.js'
import { plantAttempts, plantFewAmongMany } from '../test/support/many-attempts.js'
import { createWorld } from '../test/store/world.js'

/** `npm run bench:support`: how long staff wait for a search among a million sign-ins. */
const attempts = Number(process.env['BENCH_ATTEMPTS'] ?? 1_000_000)
const rounds = 40
const results = fileURLToPath(new URL('support-search.json', import.meta.url))

const person = (n: number): Partial<AttemptFilter> => ({
  person: {
    addressIndexes: [createHash('sha256').update(`${n}@many.example`).digest()],
    canonical: `${n}@many.example`,
    userId: null,
  },
})

it(`searches ${attempts} attempts`, async () => {
  const test = await createTestDatabase()
  try {
    const world = createWorld(test.pool)
    for (const id of [await world.organization(), await world.organization()]) await world.provider(id)
    await plantAttempts(test.pool, attempts)
    const small = [await world.organization(), await world.organization()]
    const providers: string[] = []
    for (const id of small) providers.push(await world.provider(id))
    const few = await plantFewAmongMany(test.pool, providers[0] ?? '', rounds + 1)
    const kinds: Readonly<Record<string, (n: number) => Partial<AttemptFilter>>> = {
      everything: () => ({}),
      address: person,
      organization: () => ({ organization: 'x1' }),
      outcome: () => ({ outcome: 'expired' }),
      'organization and outcome': () => ({ organization: 'x1', outcome: 'rejected' }),
      'organization with few': () => ({ organization: 'x5' }),
      'provider with few': () => ({ provider: 'x7' }),
      'staff of two small organizations': () => ({ scope: ['x5', 'x6'] }),
      'staff of all organizations, outcome': () => ({ scope: ['x1', 'x2', 'x5', 'x6'], outcome: 'expired' }),
      'staff of all organizations, mail': () => ({ scope: ['x1', 'x2', 'x5', 'x6'], mail: 'parked' }),
      'organization, an outcome that it has not': () => ({ organization: 'x1', outcome: 'expired' }),
      stage: () => ({ stage: 'awaiting_decision' }),
      mail: () => ({ mail: 'parked' }),
      day: (n) => {
        const until = new Date(Date.now() - n * 43_200_000)
        return { since: new Date(until.getTime() - 86_400_000), until }
      },
    }
    const timed = async (work: () => Promise<unknown>): Promise<number> => {
      const begun = performance.now()
      await work()
      return performance.now() - begun
    }
    const { attemptSearch } = world.database
    const figures: Record<string, { p50: number; p95: number; most: number }> = {}
    const note = (name: string, taken: number[]): void => {
      const sorted = taken.toSorted((a, b) => a - b)
      const at = (share: number): number =>
        Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10
      figures[name] = { p50: at(0.5), p95: at(0.95), most: at(0.999) }
    }
    for (const [name, filter] of Object.entries(kinds)) {
      const taken: number[] = []
      for (let n = 1; n <= rounds; n++)
        taken.push(await timed(() => attemptSearch.search({ scope: null, ...filter(n) }, 50)))
      note(name, taken)
    }
    const counted: number[] = []
    for (let n = 0; n < rounds; n++) counted.push(await timed(() => attemptSearch.counts(null)))
    note('counts', counted)
    const { attemptStory } = world.database
    const looks: Readonly<Record<string, Parameters<typeof attemptStory.listAudit>[0]>> = {
      'audit by a rare event': { scope: null, event: 'domain.proved' },
      'audit by an event that never was': { scope: null, event: 'mail.given_up' },
      'audit by target': { scope: null, targetId: few[0] ?? '' },
      'audit of a small organization': { scope: ['x5'] },
    }
    for (const [name, filter] of Object.entries(looks)) {
      const taken: number[] = []
      for (let n = 0; n < rounds; n++) taken.push(await timed(() => attemptStory.listAudit(filter, 50)))
      note(name, taken)
    }
    const erased: number[] = []
    for (const userId of few.slice(1))
      erased.push(await timed(() => world.database.people.erase(userId, { addresses: [], indexes: [] })))
    note('erasing a person', erased)
    const summary = { attempts, rounds, milliseconds: figures }
    writeFileSync(results, `${JSON.stringify(summary, null, 2)}\n`)
    process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`)
    for (const { p95 } of Object.values(figures)) expect(p95).toBeLessThanOrEqual(100)
  } finally {
    await test.drop()
  }
})
