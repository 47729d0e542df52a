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

const nobody = '00000000-0000-7000-8000-000000000000'

describe('create', () => {
  it.each([true, false])('makes a user with one primary address, verified: %s', async (verified) => {
    const email = { ...world.email(), address: 'As.Typed@People.Example' }
    const { id } = await world.database.users.create({
      name: 'Nora',
      locale: 'de',
      email,
      emailVerified: verified,
    })
    expect(await world.database.users.find(id)).toEqual({ id, name: 'Nora', status: 'active' })
    expect(await world.database.users.listEmails(id)).toEqual([
      {
        id: expect.any(String),
        userId: id,
        address: 'As.Typed@People.Example',
        canonical: email.canonical,
        isPrimary: true,
        verified,
        confirmation: null,
      },
    ])
  })

  it('makes a user without an address', async () => {
    const { id } = await world.database.users.create({
      name: '',
      locale: 'en',
      email: null,
      emailVerified: false,
    })
    expect(await world.database.users.listEmails(id)).toEqual([])
  })

  it('makes neither user nor address where the address is taken', async () => {
    const email = world.email()
    await world.user(email, true)
    const count = (): Promise<object[]> => world.rows('select count(*) from users')
    const before = await count()
    await expect(world.user(email, true)).rejects.toMatchObject({ constraint: 'user_emails_verified_holder' })
    expect(await count()).toEqual(before)
  })
})

describe('look-ups', () => {
  it('find nothing of what is not there', async () => {
    const { users } = world.database
    expect([
      await users.find(nobody),
      await users.findEmail(nobody),
      await users.listEmails(nobody),
      await users.organizationOfEmail(nobody),
    ]).toEqual([null, null, [], null])
  })

  it('organizationOfEmail names the organization that the owner came to first', async () => {
    const userId = await world.user(world.email())
    const [email] = await world.database.users.listEmails(userId)
    const find = (): Promise<string | null> => world.database.users.organizationOfEmail(email?.id ?? '')
    expect(await find()).toBeNull()
    const [first, second] = [await world.organization(), await world.organization()]
    await world.database.users.ensureMember(userId, first, 'member')
    await test.advanceClock(1000)
    await world.database.users.ensureMember(userId, second, 'member')
    const slugs = await world.rows<{ slug: string }>('select slug from organizations where id = $1', [first])
    expect(await find()).toBe(slugs[0]?.slug)
  })
})

describe('membershipFacts', () => {
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
      (c) => world.database.users.ensureMember(c.userId, c.organizationId, 'owner'),
      { isMember: true },
    ],
    [
      'a member of another organization',
      async (c) => world.database.users.ensureMember(c.userId, await world.organization(), 'owner'),
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
      admission: 'domains',
      defaultRole: 'manager',
      invitedAs: null,
      inProvedDomain: false,
    }
    expect(await world.database.users.membershipFacts(userId, providerId)).toEqual({ ...stranger, ...facts })
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
    expect(await world.database.users.membershipFacts(userId, providerId)).toMatchObject({
      invitedAs: null,
      inProvedDomain: false,
    })
    expect(await world.database.users.acceptInvitation(userId, organizationId)).toBe(false)
  })
})

describe('ensureMember', () => {
  const member = (userId: string): Promise<object[]> =>
    world.rows(
      'select role, restricted, sso_linked, sso_invalid from organization_members where user_id = $1',
      [userId],
    )

  it('adds a linked member with the role', async () => {
    const [userId, organizationId] = [await world.user(), await world.organization()]
    await world.database.users.ensureMember(userId, organizationId, 'manager')
    expect(await member(userId)).toEqual([
      { role: 'manager', restricted: false, sso_linked: true, sso_invalid: false },
    ])
  })

  it.each(['owner', 'unchanged'] as const)(
    'links a member that there is and keeps its role and other flags (%s)',
    async (role) => {
      const [userId, organizationId] = [await world.user(), await world.organization()]
      await world.database.users.ensureMember(userId, organizationId, 'member')
      await world.rows(
        'update organization_members set sso_linked = false, sso_invalid = true, restricted = true where user_id = $1',
        [userId],
      )
      await world.database.users.ensureMember(userId, organizationId, role)
      expect(await member(userId)).toEqual([
        { role: 'member', restricted: true, sso_linked: true, sso_invalid: false },
      ])
    },
  )

  it('adds nobody where the membership is to stay as it is', async () => {
    const userId = await world.user()
    await world.database.users.ensureMember(userId, await world.organization(), 'unchanged')
    expect(await member(userId)).toEqual([])
  })
})

describe('acceptInvitation', () => {
  it('uses an invitation up', async () => {
    const organizationId = await world.organization()
    const email = world.email()
    const userId = await world.user(email, true)
    const id = await world.invitation(organizationId, email.canonical, 'manager')
    expect(await world.database.users.acceptInvitation(userId, organizationId)).toBe(true)
    expect(await world.database.users.acceptInvitation(userId, organizationId)).toBe(false)
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
      expect((await world.database.users.membershipFacts(userId, providerId)).invitedAs).toBe(role)
      expect(await world.database.users.acceptInvitation(userId, organizationId)).toBe(true)
    }
    expect((await world.database.users.membershipFacts(userId, providerId)).invitedAs).toBeNull()
  })
})
