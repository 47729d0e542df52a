import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { createWorld } from './world.js'
import type { World } from './world.js'

let test: TestDatabase
let world: World
beforeAll(async () => {
  test = await createTestDatabase()
  world = createWorld(test.pool)
})
afterAll(() => test.drop())

const stored = (): Promise<object[]> =>
  world.rows(
    `select event, actor_kind, actor_id, organization_id, target_kind, target_id, attempt_id, client_network, data
     from audit_events order by id`,
  )

describe('audit_events', () => {
  it('keeps whole and sparse events, several in one statement', async () => {
    const organizationId = await world.organization()
    await world.database.audit.record(
      {
        event: 'organization.edited',
        actor: { kind: 'user', id: 'u1' },
        organizationId,
        attemptId: '00000000-0000-7000-8000-000000000001',
        target: { kind: 'organization', id: 'o1' },
        clientNetwork: '2001:db8::/64',
        data: { seat_limit: [1, { text: `it's "quoted" \\ and <b>` }] },
      },
      {
        event: 'staff.signed_in',
        actor: { kind: 'system' },
        organizationId: null,
        attemptId: null,
        target: null,
        data: { roles: [] },
      },
    )
    const [whole, sparse] = await stored()
    expect(whole).toEqual({
      event: 'organization.edited',
      actor_kind: 'user',
      actor_id: 'u1',
      organization_id: organizationId,
      target_kind: 'organization',
      target_id: 'o1',
      attempt_id: '00000000-0000-7000-8000-000000000001',
      client_network: '2001:db8::/64',
      data: { seat_limit: [1, { text: `it's "quoted" \\ and <b>` }] },
    })
    expect(sparse).toEqual({
      event: 'staff.signed_in',
      actor_kind: 'system',
      actor_id: null,
      organization_id: null,
      target_kind: null,
      target_id: null,
      attempt_id: null,
      client_network: null,
      data: { roles: [] },
    })
  })

  it.each([
    [`update audit_events set event = 'x'`],
    [`update audit_events set event = 'x' where false`],
    [`delete from audit_events`],
    [`truncate audit_events`],
    [`truncate audit_events cascade`],
    [`with gone as (delete from audit_events returning id) select count(*) from gone`],
    [`merge into audit_events a using (select 1) s on true when matched then delete`],
  ])('T62 refuses: %s', async (statement) => {
    const before = await stored()
    await expect(test.pool.query(statement)).rejects.toMatchObject({
      code: '23001',
      message: 'audit_events is append-only',
    })
    expect(await stored()).toEqual(before)
    expect(before.length).toBeGreaterThan(0)
  })

  it('is read in the order in which it was written, also of one statement, and has ids of version 7', async () => {
    const written = Array.from({ length: 60 }, (_, turn) => turn)
    const events = written.map((turn) => ({
      event: 'mail.retried' as const,
      actor: { kind: 'system' as const },
      organizationId: null,
      attemptId: null,
      target: { kind: 'mail' as const, id: 'm' },
      data: { round: turn, reason: 'ticket' },
    }))
    await world.database.transaction(async ({ audit }) => {
      await audit.record(...events.slice(0, 30))
      for (const event of events.slice(30)) await audit.record(event)
    })
    const rows = await world.rows<{ id: string; turn: number; timed: boolean }>(
      `select id, (data->>'round')::int as turn, abs(extract(epoch from clock_timestamp())
         - ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0) < 60 as timed
       from audit_events where event = 'mail.retried' order by id`,
    )
    expect(rows.map(({ turn }) => turn)).toEqual(written)
    expect(rows.every(({ id, timed }) => timed && /^.{8}-.{4}-7.{3}-8/.test(id))).toBe(true)
  })

  it('is written in the transaction of what it tells, or not at all', async () => {
    const before = await stored()
    const failed = world.database.transaction(async (stores) => {
      await stores.audit.record({
        event: 'session.ended',
        actor: { kind: 'system' },
        organizationId: null,
        attemptId: null,
        target: { kind: 'session', id: 's' },
        data: {},
      })
      throw new Error('changed its mind')
    })
    await expect(failed).rejects.toThrow('changed its mind')
    expect(await stored()).toEqual(before)
  })
})
