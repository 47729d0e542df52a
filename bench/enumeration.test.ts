import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from '@jest/globals'
import { createPasswordHasher } from '../clients/password-hash.js'
import { inLanes } from '../domain/in-lanes.js'
import { anyNetwork } from '../test/support/person.js'
import { startProduct } from '../test/support/product.js'
import type { Product } from '../test/support/product.js'
import { send } from './compare/request.js'
import { percentile, round } from './compare/statistics.js'

/** `npm run bench:timing`: whether the time of an answer tells if somebody holds an address (acceptance A13). */
const requests = Number(process.env['BENCH_REQUESTS'] ?? 2_000)
/** Area under the curve: how often an answer for a held address is slower than one for a free one. 0.5 is a coin. */
const bound = 0.55
const results = fileURLToPath(new URL('enumeration.json', import.meta.url))

type Kind = 'held' | 'free'

/** Accounts with a password, each for one request only: tries are counted by account. */
const plantAccounts = async ({ testDatabase }: Product): Promise<void> => {
  const hash = await createPasswordHasher().hash('four words that nobody knows')
  await testDatabase.pool.query(
    `with u as (insert into users (name) select 'held-' || n from generate_series(1, $1::int) n returning id, name),
       e as (insert into user_emails (user_id, address, canonical, is_primary, verified_at)
             select id, name || '@people.example', name || '@people.example', true, app.now() from u),
       m as (insert into organization_members (organization_id, user_id, role)
             select o.id, u.id, 'member' from u, organizations o where o.slug = 'acme')
     insert into user_passwords (user_id, hash) select id, $2 from u`,
    [requests, hash],
  )
  await testDatabase.pool.query('analyze')
}

/** Each from a network of its own, in pairs whose order a coin decides, `lanes` at once. */
const timed = async (
  lanes: number,
  ask: (email: string, network: string) => Promise<string>,
): Promise<{ times: Record<Kind, number[]>; answers: Record<Kind, Set<string>> }> => {
  const times: Record<Kind, number[]> = { held: [], free: [] }
  const answers: Record<Kind, Set<string>> = { held: new Set(), free: new Set() }
  const pairs = Array.from({ length: requests }, (_, index) => index + 1)
  await inLanes(pairs, lanes, async (n) => {
    const order: Kind[] = Math.random() < 0.5 ? ['held', 'free'] : ['free', 'held']
    for (const kind of order) {
      const begun = performance.now()
      const answer = await ask(`${kind}-${n}@people.example`, anyNetwork())
      times[kind].push(performance.now() - begun)
      answers[kind].add(answer)
    }
  })
  return { times, answers }
}

/** Mann and Whitney's U as a share: ties count half. */
const areaUnderCurve = ({ held, free }: Record<Kind, readonly number[]>): number => {
  const sorted = free.toSorted((a, b) => a - b)
  /** How many are below. */
  const below = (value: number, orEqual: boolean): number => {
    let [from, to] = [0, sorted.length]
    while (from < to) {
      const middle = (from + to) >> 1
      const at = sorted[middle] ?? 0
      if (at < value || (orEqual && at === value)) from = middle + 1
      else to = middle
    }
    return from
  }
  const won = held.reduce((sum, value) => sum + (below(value, false) + below(value, true)) / 2, 0)
  return won / (held.length * sorted.length)
}

it(`A13 ${requests} requests each for held and free addresses: the same bytes, and times that tell nothing`, async () => {
  const product = await startProduct(() => ({ trustedProxies: 1 }))
  try {
    await plantAccounts(product)
    // What follows an answer, such as a mail, is another process's work.
    await product.stopWorkers()
    const post = async (path: string, body: unknown, network: string): Promise<string> => {
      const { status, text } = await send('POST', `${product.origin}${path}`, {
        body,
        headers: { origin: product.origin, 'sec-fetch-site': 'same-origin', 'x-forwarded-for': network },
      })
      return `${status} ${text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')}`
    }
    const surfaces = {
      'wrong password': await timed(1, (email, network) =>
        post('/v1/session', { organization: 'acme', email, password: 'a wrong one' }, network),
      ),
      'forgotten password': await timed(8, (email, network) =>
        post('/v1/password-resets', { email, organization: 'acme' }, network),
      ),
    }
    const figures = Object.fromEntries(
      Object.entries(surfaces).map(([name, { times, answers }]) => [
        name,
        {
          auc: round(areaUnderCurve(times)),
          p50Ms: { held: round(percentile(times.held, 0.5)), free: round(percentile(times.free, 0.5)) },
          p95Ms: { held: round(percentile(times.held, 0.95)), free: round(percentile(times.free, 0.95)) },
          answers: [...new Set([...answers.held, ...answers.free])].length,
        },
      ]),
    )
    const summary = { requests, bound, surfaces: figures }
    writeFileSync(results, `${JSON.stringify(summary, null, 2)}\n`)
    process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`)
    for (const { auc, answers } of Object.values(figures)) {
      expect(answers).toBe(1)
      expect(Math.max(auc, 1 - auc)).toBeLessThan(bound)
    }
  } finally {
    await product.stop()
  }
})
