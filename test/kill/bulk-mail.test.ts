import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createBrowser } from '../support/browser.js'
import type { Browser } from '../support/browser.js'
import { startKillLane } from '../support/kill-lane.js'
import type { KillLane } from '../support/kill-lane.js'
import { eventually, signInAtProvider } from '../support/product.js'

let lane: KillLane
let owner: Browser
beforeAll(async () => {
  lane = await startKillLane()
  owner = createBrowser(lane.origin)
  await signInAtProvider(owner, 'olivia')
}, 180_000)
afterAll(() => lane.stop())
beforeEach(() => void lane.inbox.setFault({ mode: 'ok' }))

const rows = async <Row extends object>(statement: string, values: unknown[] = []): Promise<Row[]> =>
  (await lane.testDatabase.pool.query<Row>(statement, values)).rows

/** Has the owner ask so many members to link their accounts; nobody else is left to be asked. */
const ask = async (round: string, count: number): Promise<void> => {
  await rows(`delete from organization_members where role <> 'owner'`)
  await rows(
    `with u as (insert into users (name) select 'Many ' || n from generate_series(1, $2) n returning id, name),
     m as (insert into organization_members (organization_id, user_id, role)
           select o.id, u.id, 'member' from u, organizations o where o.slug = 'acme')
     insert into user_emails (user_id, address, canonical, is_primary, verified_at)
     select id, a, a, true, app.now() from u, lateral (select replace(lower(name), ' ', '') || '@' || $1 || '.example' as a) address`,
    [round, count],
  )
  await rows(`update bulk_campaigns set created_at = created_at - interval '2 days'`)
  const answer = await owner.postJson('/v1/organizations/acme/providers/demo/reminders', {})
  expect(answer.status).toBe(202)
}
const mails = async (round: string) => {
  const [row] = await rows<{ written: number; members: number; sent: number }>(
    `select count(*)::int as written, count(distinct e.user_id)::int as members,
       (count(*) filter (where m.state = 'accepted'))::int as sent
     from mail_messages m join user_emails e on e.id = m.user_email_id where e.canonical like '%@' || $1 || '.example'`,
    [round],
  )
  return row ?? { written: 0, members: 0, sent: 0 }
}
const copies = (round: string): string[] =>
  lane.inbox
    .messages()
    .map(({ to }) => to)
    .filter((to) => to.endsWith(`@${round}.example`))
const finished = async () =>
  (await rows('select from bulk_campaigns where finished_at is null')).length === 0 ? true : null
/** What stands when everybody is told. */
const left = async (round: string, count: number) => {
  await eventually(async () => ((await mails(round)).sent >= count ? true : null), 90_000)
  await eventually(finished, 30_000)
  const to = copies(round)
  return { ...(await mails(round)), copies: to.length, addresses: new Set(to).size }
}
const each = (count: number) => ({
  written: count,
  members: count,
  sent: count,
  copies: count,
  addresses: count,
})

describe('S69 a worker that dies while the members of an organization are told', () => {
  it('P82 half of them written: the next one goes on with the others, and nobody is told twice', async () => {
    // Nothing leaves meanwhile: a mail that came out and was not noted might come again, and that is another rule's.
    lane.inbox.setFault({ mode: '503' })
    await ask('half', 80)
    await eventually(async () => ((await mails('half')).written === 50 ? true : null), 30_000)
    const { deaths } = lane.worker
    lane.worker.kill()
    await eventually(() => (lane.worker.deaths > deaths ? true : null))
    expect((await mails('half')).written).toBe(50)
    lane.inbox.setFault({ mode: 'ok' })
    expect(await left('half', 80)).toEqual(each(80))
  }, 180_000)

  it('P82 before and after each commit of mails: all are told, each once', async () => {
    await lane.worker.record()
    const from = lane.worker.points.length
    await ask('undisturbed', 3)
    expect(await left('undisturbed', 3)).toEqual(each(3))
    const points = [...new Set(lane.worker.points.slice(from))].filter((name) =>
      /^sql commit of .*(bulk|next as).* #1$/.test(name),
    )
    expect(points.length).toBeGreaterThan(1)

    const faults: unknown[] = []
    for (const [index, point] of points.entries()) {
      const { deaths } = lane.worker
      await lane.worker.arm(point)
      await ask(`point${index}`, 3)
      await eventually(() => (lane.worker.deaths > deaths ? true : null), 30_000)
      await lane.worker.arm(null)
      const standing = await left(`point${index}`, 3)
      if (JSON.stringify(standing) !== JSON.stringify(each(3))) faults.push({ point, standing })
    }
    expect(faults).toEqual([])
  }, 300_000)
})
