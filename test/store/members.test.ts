import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { MembershipFacts } from '../../domain/policy.js'
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

describe('facts', () => {
  interface Case {
    readonly userId: string
    readonly organizationId: string
    readonly providerId: string
    readonly canonical: string
    readonly domain: string
  }
  const domain = (
    c: Case,
    name: string,
    providerId: string | null = null,
    organizationId = c.organizationId,
  ): Promise<unknown> =>
    world.rows('insert into domains (organization_id, provider_id, name) values ($1, $2, $3)', [
      organizationId,
      providerId,
      name,
    ])

  it.each<[string, (c: Case) => Promise<unknown>, Partial<MembershipFacts>]>([
    ['a stranger', () => Promise.resolve(), {}],
    [
      'a member',
      (c) => world.database.members.ensure(c.userId, c.organizationId, 'owner'),
      { isMember: true },
    ],
    [
      'a member of another organization',
      async (c) => world.database.members.ensure(c.userId, await world.organization(), 'owner'),
      {},
    ],
    [
      'an invited person',
      (c) => world.invitation(c.organizationId, c.canonical, 'owner'),
      { invitedAs: 'owner' },
    ],
    [
      'a person that another organization invited',
      async (c) => world.invitation(await world.organization(), c.canonical, 'owner'),
      {},
    ],
    [
      'an invitation to another address',
      (c) => world.invitation(c.organizationId, world.email().canonical, 'owner'),
      {},
    ],
    [
      'an invitation that has expired',
      (c) => world.invitation(c.organizationId, c.canonical, 'owner', '0'),
      {},
    ],
    [
      'an invitation that nobody approved',
      async (c) =>
        world.rows('update invitations set approved = false where id = $1', [
          await world.invitation(c.organizationId, c.canonical, 'owner'),
        ]),
      {},
    ],
    [
      'an invitation that was accepted',
      async (c) =>
        world.rows('update invitations set accepted_at = app.now() where id = $1', [
          await world.invitation(c.organizationId, c.canonical, 'owner'),
        ]),
      {},
    ],
    ['an address in a proved domain', (c) => domain(c, c.domain), { inProvedDomain: true }],
    ['an address under a proved domain', (c) => domain(c, 'example'), {}],
    ['an address above a proved domain', (c) => domain(c, `sub.${c.domain}`), {}],
    [
      'a domain that another organization proved',
      async (c) => domain(c, c.domain, null, await world.organization()),
      {},
    ],
    ['a domain that staff granted to the provider', (c) => domain(c, c.domain, c.providerId), {}],
  ])('of %s', async (_case, change, facts) => {
    const organizationId = await world.organization()
    const email = world.email()
    const providerId = await world.provider(organizationId, 'domains', 'manager')
    const userId = await world.user(email, true)
    await change({ userId, organizationId, providerId, ...email })
    const stranger = {
      isMember: false,
      isRestricted: false,
      joins: true,
      admission: 'domains',
      defaultRole: 'manager',
      invitedAs: null,
      inProvedDomain: false,
    }
    expect(await world.database.members.facts(userId, providerId, null)).toEqual({ ...stranger, ...facts })
  })

  it('T01 give nothing for an address that is not verified', async () => {
    const organizationId = await world.organization()
    const email = world.email()
    const providerId = await world.provider(organizationId, 'domains')
    const userId = await world.user(email, false)
    await world.invitation(organizationId, email.canonical, 'owner')
    await world.rows('insert into domains (organization_id, name) values ($1, $2)', [
      organizationId,
      email.domain,
    ])
    expect(await world.database.members.facts(userId, providerId, null)).toMatchObject({
      invitedAs: null,
      inProvedDomain: false,
    })
    expect(await world.database.members.acceptInvitation(userId, organizationId, null)).toBeNull()
  })
})

describe('ensure', () => {
  const member = (userId: string): Promise<object[]> =>
    world.rows(
      'select role, restricted, sso_linked, sso_invalid from organization_members where user_id = $1',
      [userId],
    )

  it('adds a linked member with the role', async () => {
    const [userId, organizationId] = [await world.user(), await world.organization()]
    await world.database.members.ensure(userId, organizationId, 'manager')
    expect(await member(userId)).toEqual([
      { role: 'manager', restricted: false, sso_linked: true, sso_invalid: false },
    ])
  })

  it.each(['owner', 'unchanged'] as const)(
    'links a member that there is and keeps its role and other flags (%s)',
    async (role) => {
      const [userId, organizationId] = [await world.user(), await world.organization()]
      await world.database.members.ensure(userId, organizationId, 'member')
      await world.rows(
        'update organization_members set sso_linked = false, sso_invalid = true, restricted = true where user_id = $1',
        [userId],
      )
      await world.database.members.ensure(userId, organizationId, role)
      expect(await member(userId)).toEqual([
        { role: 'member', restricted: true, sso_linked: true, sso_invalid: false },
      ])
    },
  )

  it('adds nobody where the membership is to stay as it is', async () => {
    const userId = await world.user()
    await world.database.members.ensure(userId, await world.organization(), 'unchanged')
    expect(await member(userId)).toEqual([])
  })
})

describe('acceptInvitation', () => {
  it('S4 uses an invitation up', async () => {
    const organizationId = await world.organization()
    const email = world.email()
    const userId = await world.user(email, true)
    const id = await world.invitation(organizationId, email.canonical, 'manager')
    expect(await world.database.members.acceptInvitation(userId, organizationId, null)).not.toBeNull()
    expect(await world.database.members.acceptInvitation(userId, organizationId, null)).toBeNull()
    expect(
      await world.rows(
        'select accepted_by, accepted_at is not null as accepted from invitations where id = $1',
        [id],
      ),
    ).toEqual([{ accepted_by: userId, accepted: true }])
  })

  it('uses up the oldest of several, whose role the facts told', async () => {
    const organizationId = await world.organization()
    const providerId = await world.provider(organizationId, 'invited')
    const userId = await world.user()
    // The oldest is the last by address and, moved by an update, in its table.
    for (const [letter, role] of [
      ['c', 'member'],
      ['b', 'owner'],
      ['a', 'manager'],
    ] as const) {
      const canonical = `${letter}-${userId}@people.example`
      await world.rows(
        'insert into user_emails (user_id, address, canonical, verified_at) values ($1, $2, $2, app.now())',
        [userId, canonical],
      )
      await world.invitation(organizationId, canonical, role)
    }
    await world.rows(`update invitations set role = role where organization_id = $1 and role = 'member'`, [
      organizationId,
    ])
    for (const role of ['member', 'owner', 'manager']) {
      expect((await world.database.members.facts(userId, providerId, null)).invitedAs).toBe(role)
      expect(await world.database.members.acceptInvitation(userId, organizationId, null)).not.toBeNull()
    }
    expect((await world.database.members.facts(userId, providerId, null)).invitedAs).toBeNull()
  })
})
