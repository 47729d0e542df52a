import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { KnownSignIn, OpenedKnown } from '../../store/sessions.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { leave as leaveIn, prepareKnownSignIn } from './known-sign-in.js'
import type { KnownCase as Case } from './known-sign-in.js'
import { claimsOf, createWorld } from './world.js'
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

const tables = [
  'attempts',
  'identities',
  'organization_members',
  'invitations',
  'sessions',
  'audit_events',
  'users',
  'user_emails',
]
/** All rows that a sign-in might touch. */
const everything = async (): Promise<unknown> => {
  const texts = tables.map((table) => `select '${table}' as name, t::text as row from ${table} t`)
  return world.rows(`${texts.join(' union all ')} order by 1, 2`)
}

describe('openForKnownIdentity', () => {
  it.each<[string, (c: Case) => Promise<unknown>]>([
    [
      'the attempt was rejected',
      (c) => world.database.attempts.end(c.attemptId, { result: 'rejected', code: 'provider_error' }),
    ],
    ['the attempt has expired', (c) => world.database.attempts.end(c.attemptId, { result: 'expired' })],
    ['the attempt has signed in before', open],
    [
      'the provider was disabled',
      (c) => world.rows(`update providers set status = 'disabled' where id = $1`, [c.providerId]),
    ],
    [
      'the provider no longer serves sign-in',
      (c) =>
        world.rows(`update providers set serves = '{link,create,join,prove}' where id = $1`, [c.providerId]),
    ],
    [
      'the owner was suspended',
      (c) => world.rows(`update users set status = 'suspended' where id = $1`, [c.userId]),
    ],
    [
      'the owner was deactivated',
      (c) => world.rows(`update users set status = 'inactive' where id = $1`, [c.userId]),
    ],
    ['the membership is gone', leave],
    ['the identity was unlinked', (c) => world.rows('delete from identities where id = $1', [c.identityId])],
    ['the user is gone', (c) => world.rows('delete from users where id = $1', [c.userId])],
  ])('writes nothing where %s', async (_case, change) => {
    const c = await prepare()
    await change(c)
    const before = await everything()
    expect(await open({ ...c, input: { ...c.input, tokenHash: randomBytes(32) } })).toBeNull()
    expect(await everything()).toEqual(before)
  })

  it.each<[string, () => Promise<Partial<KnownSignIn>>]>([
    ['an identity of another provider', async () => ({ identityId: (await prepare()).identityId })],
    ['an attempt at another provider', async () => ({ attemptId: (await prepare()).attemptId })],
    [
      'an attempt that does not exist',
      () => Promise.resolve({ attemptId: '00000000-0000-7000-8000-000000000000' }),
    ],
  ])('writes nothing for %s', async (_case, change) => {
    const c = await prepare(await change())
    const before = await everything()
    expect(await open(c)).toBeNull()
    expect(await everything()).toEqual(before)
  })

  it('writes nothing for an identity that the same owner has at another provider of the organization', async () => {
    const c = await prepare()
    const other = await world.provider(c.organizationId)
    const identity = await world.database.identities.create(c.userId, other, claimsOf(c.userId))
    const before = await everything()
    expect(await open({ ...c, input: { ...c.input, identityId: identity.id } })).toBeNull()
    expect(await everything()).toEqual(before)
  })

  it('writes nothing where one part of it fails', async () => {
    const [c, other] = [await prepare(), await prepare()]
    await open(other)
    const before = await everything()
    await expect(
      open({ ...c, input: { ...c.input, tokenHash: other.input.tokenHash } }),
    ).rejects.toMatchObject({
      constraint: 'sessions_token_unique',
    })
    expect(await everything()).toEqual(before)
  })

  it('signs in once, of many that come at once', async () => {
    const c = await prepare()
    const opened = await Promise.all(
      Array.from({ length: 10 }, () => open({ ...c, input: { ...c.input, tokenHash: randomBytes(32) } })),
    )
    expect(opened.filter((one) => one !== null)).toHaveLength(1)
    expect(await world.rows('select from sessions where attempt_id = $1', [c.attemptId])).toHaveLength(1)
    expect(await world.rows('select from audit_events where attempt_id = $1', [c.attemptId])).toHaveLength(4)
  })
})
