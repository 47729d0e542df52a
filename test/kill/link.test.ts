import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createBrowser } from '../support/browser.js'
import type { Browser } from '../support/browser.js'
import { checkInvariants } from '../support/invariants.js'
import { startKillLane } from '../support/kill-lane.js'
import type { KillLane } from '../support/kill-lane.js'
import { linkElsewhere, signInAsNewPerson } from '../support/person.js'
import type { KillPoint } from './kill-run.js'

let lane: KillLane
beforeAll(async () => {
  lane = await startKillLane()
}, 180_000)
afterAll(() => lane.stop())

/** Somebody new with an account at acme, signed in. */
const person = async (): Promise<{ name: string; browser: Browser }> => {
  const name = `p${randomBytes(5).toString('hex')}`
  const browser = createBrowser(lane.origin)
  await signInAsNewPerson(lane, name, browser)
  return { name, browser }
}

/** What stands in the end. */
const left = async (name: string, browser: Browser): Promise<object> => {
  const { rows } = await lane.testDatabase.pool.query<object>(
    `with person as (select distinct user_id from identities where subject = $1)
     select (select count(*)::int from person) as users,
       (select count(*)::int from identities where subject = $1) as identities,
       (select count(*)::int from organization_members where user_id in (select * from person)) as memberships,
       (select count(*)::int from attempts where outcome_user_id in (select * from person) and outcome_how = 'linked') as linked,
       (select count(*)::int from mail_messages m join user_emails e on e.id = m.user_email_id
        where e.user_id in (select * from person) and m.kind = 'identity_linked_notice') as notices`,
    [name],
  )
  const session = await browser.get('/v1/session', { accept: 'application/json' })
  const violations = await checkInvariants({
    pool: lane.testDatabase.pool,
    temporal: lane.temporal,
    requests: lane.inbox.requests(),
  })
  return { ...rows[0], signedIn: session.status, violations: violations.filter(({ id }) => id !== 'I16') }
}

const whole = {
  users: 1,
  identities: 2,
  memberships: 2,
  linked: 1,
  notices: 1,
  signedIn: 200,
  violations: [],
}

describe('a process that dies while somebody connects an identity', () => {
  it('P82 loses nothing and connects it once, after each commit and before the word to Temporal', async () => {
    const first = await person()
    await lane.api.record()
    await lane.worker.record()
    const seen = { api: lane.api.points.length, worker: lane.worker.points.length }
    await linkElsewhere(first.browser, first.name)
    expect(await left(first.name, first.browser)).toEqual(whole)
    const points = (['api', 'worker'] as const).flatMap((process): Omit<KillPoint, 'certain'>[] =>
      [...new Set(lane[process].points.slice(seen[process]))]
        .filter((name) => /^(sql commit of .* after|grpc Signal\w+ before)/.test(name))
        .filter((name) => process === 'api' || name.endsWith('#1'))
        .map((name) => ({ process, name })),
    )
    expect(points.length).toBeGreaterThan(3)

    const faults: unknown[] = []
    for (const point of points) {
      const { name, browser } = await person()
      await lane[point.process].arm(point.name)
      await linkElsewhere(browser, name)
      const rows = await left(name, browser)
      await lane[point.process].arm(null)
      if (JSON.stringify(rows) !== JSON.stringify(whole)) faults.push({ ...point, rows })
    }
    expect(faults).toEqual([])
    expect(lane.api.deaths).toBeGreaterThan(2)
  }, 600_000)
})
