import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { KnownSignIn, OpenedKnown } from '../../store/sessions.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { leave as leaveIn, prepareKnownSignIn } from './known-sign-in.js'
import type { KnownCase as Case } from './known-sign-in.js'
import { createWorld } from './world.js'
import type { World } from './world.js'

let test: TestDatabase
let world: World
beforeAll(async () => {
  test = await createTestDatabase()
  world = createWorld(test.pool)
})
afterAll(() => test.drop())

const prepare = (change?: Partial<KnownSignIn>): Promise<Case> => prepareKnownSignIn(world, change)
const leave = (c: Case): Promise<unknown> => leaveIn(world, c)
const open = ({ input }: Case): Promise<OpenedKnown | null> =>
  world.database.sessions.openForKnownIdentity(input)
const invite = async (c: Case, role: 'member' | 'manager', open?: string): Promise<string> => {
  const [email] = await world.database.users.listEmails(c.userId)
  return world.invitation(c.organizationId, email?.canonical ?? '', role, open)
}
const events = (attemptId: string): Promise<object[]> =>
  world.rows(
    `select event, actor_kind, actor_id, organization_id, target_kind, target_id, client_network, data
     from audit_events where attempt_id = $1 order by event`,
    [attemptId],
  )

describe('openForKnownIdentity', () => {
  it('writes outcome, profile copy, membership, session and audit', async () => {
    const c = await prepare()
    await world.rows(
      'update organization_members set sso_linked = false, sso_invalid = true, restricted = true where user_id = $1',
      [c.userId],
    )
    const opened = await open(c)

    expect(await world.database.sessions.find(c.input.tokenHash ?? Buffer.alloc(0))).toMatchObject({
      id: opened?.id,
      user: { id: c.userId, name: 'Nora' },
    })
    expect(await world.database.attempts.find(c.attemptId)).toMatchObject({
      stage: 'ended',
      outcome: { result: 'signed_in', how: 'existing' },
      outcomeUserId: c.userId,
      outcomeIdentityId: c.identityId,
      redeemable: true,
      providerRequest: null,
    })
    expect(
      await world.rows('select email, email_verified, name from identities where id = $1', [c.identityId]),
    ).toEqual([{ email: c.input.claims.email?.address, email_verified: true, name: 'Nora Renamed' }])
    expect(
      await world.rows(
        'select role, sso_linked, sso_invalid, restricted from organization_members where user_id = $1',
        [c.userId],
      ),
    ).toEqual([{ role: 'member', sso_linked: true, sso_invalid: false, restricted: true }])
    const common = {
      actor_kind: 'user',
      actor_id: c.userId,
      organization_id: c.organizationId,
      client_network: '2001:db8::/64',
    }
    expect(await events(c.attemptId)).toEqual([
      {
        ...common,
        event: 'attempt.ended',
        target_kind: 'attempt',
        target_id: c.attemptId,
        data: { result: 'signed_in', how: 'existing' },
      },
      {
        ...common,
        event: 'identity.refreshed',
        target_kind: 'identity',
        target_id: c.identityId,
        data: { changed: expect.arrayContaining(['name']) },
      },
      { ...common, event: 'session.started', target_kind: 'session', target_id: opened?.id, data: {} },
      {
        ...common,
        event: 'user.signed_in',
        target_kind: 'identity',
        target_id: c.identityId,
        data: { how: 'existing' },
      },
    ])
  })

  it('leaves the name, the addresses and the flags of the user alone', async () => {
    const c = await prepare()
    const own = async (): Promise<unknown> => [
      await world.rows('select * from users where id = $1', [c.userId]),
      await world.rows('select * from user_emails where user_id = $1', [c.userId]),
    ]
    const before = await own()
    expect(await open(c)).not.toBeNull()
    expect(await own()).toEqual(before)
  })

  it('makes the owner a member again where the provider says so', async () => {
    const c = await prepare({ joinsAs: 'manager' })
    await leave(c)
    expect(await open(c)).not.toBeNull()
    expect(
      await world.rows('select role, sso_linked from organization_members where user_id = $1', [c.userId]),
    ).toEqual([{ role: 'manager', sso_linked: true }])
    expect(await events(c.attemptId)).toMatchObject([
      { event: 'attempt.ended' },
      { event: 'identity.refreshed' },
      {
        event: 'member.added',
        target_kind: 'user',
        target_id: c.userId,
        data: { role: 'manager', restricted: false },
      },
      { event: 'session.started' },
      { event: 'user.signed_in' },
    ])
  })

  it('accepts the open invitation that a verified address answers', async () => {
    const c = await prepare({ joinsAs: 'manager' })
    await leave(c)
    const invitation = await invite(c, 'manager')
    expect(await open(c)).not.toBeNull()
    expect(
      await world.rows(
        'select accepted_by, accepted_at is not null as accepted from invitations where id = $1',
        [invitation],
      ),
    ).toEqual([{ accepted_by: c.userId, accepted: true }])
    expect(await events(c.attemptId)).toContainEqual(
      expect.objectContaining({ event: 'member.accepted', target_kind: 'invitation', target_id: invitation }),
    )
  })

  it.each<[string, (c: Case, invitation: string) => Promise<unknown>]>([
    [
      'it has expired',
      (_c, id) => world.rows(`update invitations set expires_at = app.now() where id = $1`, [id]),
    ],
    [
      'the address is not verified',
      (c) => world.rows('update user_emails set verified_at = null where user_id = $1', [c.userId]),
    ],
    [
      'it is for another address',
      (_c, id) =>
        world.rows(`update invitations set canonical_email = 'x@people.example' where id = $1`, [id]),
    ],
    [
      'it is for another organization',
      async (_c, id) =>
        world.rows('update invitations set organization_id = $2 where id = $1', [
          id,
          await world.organization(),
        ]),
    ],
  ])('leaves an invitation alone where %s', async (_case, change) => {
    const c = await prepare({ joinsAs: 'member' })
    await leave(c)
    const invitation = await invite(c, 'manager')
    await change(c, invitation)
    expect(await open(c)).not.toBeNull()
    expect(await world.rows('select accepted_at from invitations where id = $1', [invitation])).toEqual([
      { accepted_at: null },
    ])
    expect(await events(c.attemptId)).not.toContainEqual(
      expect.objectContaining({ event: 'member.accepted' }),
    )
  })

  it('S5 replaces a request that nobody approved', async () => {
    const c = await prepare({ joinsAs: 'member', joinsRestricted: true })
    await leave(c)
    const request = await invite(c, 'manager')
    await world.rows('update invitations set approved = false where id = $1', [request])
    expect(await open(c)).toMatchObject({ restricted: true })
    expect(await world.rows('select from invitations where id = $1', [request])).toEqual([])
    expect(
      await world.rows('select role, restricted from organization_members where user_id = $1', [c.userId]),
    ).toEqual([{ role: 'member', restricted: true }])
  })

  it('accepts one of two invitations: the one whose role the facts of membership told', async () => {
    const c = await prepare()
    await leave(c)
    await invite(c, 'manager')
    const second = world.email()
    await world.rows(
      'insert into user_emails (user_id, address, canonical, verified_at) values ($1, $2, $2, app.now())',
      [c.userId, second.canonical],
    )
    await world.invitation(c.organizationId, second.canonical, 'member')
    const facts = await world.database.members.facts(c.userId, c.providerId, null)
    expect(facts.invitedAs).toBe('manager')

    expect(await open({ ...c, input: { ...c.input, joinsAs: 'manager' } })).not.toBeNull()
    expect(await world.rows('select role from invitations where accepted_by = $1', [c.userId])).toEqual([
      { role: 'manager' },
    ])
  })

  it('keeps the role of a member that came in meanwhile', async () => {
    const c = await prepare({ joinsAs: 'owner' })
    expect(await open(c)).not.toBeNull()
    expect(await world.rows('select role from organization_members where user_id = $1', [c.userId])).toEqual([
      { role: 'member' },
    ])
    expect(await events(c.attemptId)).toHaveLength(4)
  })
})
