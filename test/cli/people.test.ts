import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { randomBytes, randomUUID } from 'node:crypto'
import { setPersonStatus } from '../../cli/people.js'
import type { StatusOptions } from '../../cli/people.js'
import type { UserStatus } from '../../domain/policy.js'
import { createWorld } from '../store/world.js'
import type { World } from '../store/world.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'

let test: TestDatabase
let world: World
beforeAll(async () => {
  test = await createTestDatabase()
  world = createWorld(test.pool)
})
afterAll(() => test.drop())

/** Somebody with an identity, a session, and an attempt that was begun in it. */
const person = async () => {
  const organizationId = await world.organization()
  const providerId = await world.provider(organizationId)
  const { userId, identityId } = await world.owner(organizationId, providerId)
  const signedIn = await world.attempt(providerId)
  await world.database.attempts.end(
    signedIn,
    { result: 'signed_in', how: 'existing' },
    { userId, identityId },
  )
  const token = randomBytes(32)
  const { id } = await world.database.sessions.openForAttempt(signedIn, token)
  const attemptId = await world.waitingAttempt(providerId)
  await world.rows('update attempts set session_id = $2, session_user_id = $3 where id = $1', [
    attemptId,
    id,
    userId,
  ])
  return { userId, identityId, token, sessionId: id, attemptId }
}
const set = (userId: string, status: UserStatus, options: Partial<StatusOptions> = {}): Promise<void> =>
  setPersonStatus({ database: world.database, print: () => undefined }, userId, status, {
    reason: 'left',
    actor: 'sam',
    ...options,
  })

describe('people', () => {
  it('S39 made inactive lose sessions, open attempts and identities in one act, each audited with actor and reason', async () => {
    const { userId, identityId, token, sessionId, attemptId } = await person()
    await set(userId, 'inactive')
    expect(await world.database.sessions.find(token)).toBeNull()
    expect(await world.database.attempts.find(attemptId)).toMatchObject({ outcome: { result: 'cancelled' } })
    expect(await world.rows('select from identities where user_id = $1', [userId])).toEqual([])
    const events = await world.rows<object>(
      `select event, target_kind as kind, target_id as id, data - 'provider' as data from audit_events where actor_kind = 'staff' and actor_id = 'sam'
         and (target_id = $1 or attempt_id = $2 or event = 'session.ended') order by event`,
      [userId, attemptId],
    )
    const user = { kind: 'user', id: userId }
    const cancelled = { result: 'cancelled', reason: 'session_ended' }
    expect(events).toEqual([
      { event: 'attempt.ended', kind: 'attempt', id: attemptId, data: cancelled },
      { event: 'identity.unlinked', ...user, data: { identity: identityId, reason: 'owner_inactive' } },
      { event: 'session.ended', kind: 'session', id: sessionId, data: {} },
      { event: 'staff.acted', ...user, data: { status: 'inactive', reason: 'left' } },
    ])
  })

  it('suspended keep their identities, and are signed out', async () => {
    const { userId, token } = await person()
    await set(userId, 'suspended')
    await set(userId, 'active')
    expect(await world.database.sessions.find(token)).toBeNull()
    expect(await world.rows('select from identities where user_id = $1', [userId])).toHaveLength(1)
  })

  describe('who own an organization with other members', () => {
    const owners = async (count: number): Promise<{ organizationId: string; users: string[] }> => {
      const organizationId = await world.organization()
      const providerId = await world.provider(organizationId)
      const users: string[] = []
      for (let n = 0; n <= count; n++) users.push((await world.owner(organizationId, providerId)).userId)
      await world.rows(
        `update organization_members set role = 'owner' where organization_id = $1 and user_id = any($2)`,
        [organizationId, users.slice(0, count)],
      )
      return { organizationId, users: users.slice(0, count) }
    }

    it.each(['suspended', 'inactive'] as const)('are not made %s where nobody else could', async (status) => {
      const { organizationId, users } = await owners(2)
      const [one = '', other = ''] = users
      const { accounts, userSessions } = world.database
      expect(await accounts.organizationsWithoutOtherOwner(other)).toEqual([])
      await set(one, status)
      // Whoever cannot sign in owns nothing for the others.
      expect(await accounts.organizationsWithoutOtherOwner(other)).toHaveLength(1)
      expect(await userSessions.passwordReach(other, organizationId)).toMatchObject({ isOnlyOwner: true })
      await expect(set(other, status)).rejects.toThrow(/^No other owner could sign in to /)
      expect(await world.rows('select status from users where id = $1', [other])).toEqual([
        { status: 'active' },
      ])
      await set(other, status, { leavesNoOwner: true })
      await set(one, 'active')
    })

    it('do not go both at once', async () => {
      const { users } = await owners(2)
      const done = await Promise.allSettled(users.map((userId) => set(userId, 'suspended')))
      expect(done.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    })
  })

  it('that do not exist are said not to', async () => {
    for (const id of [randomUUID(), 'not-an-id', 'sam@people.example'])
      await expect(set(id, 'inactive')).rejects.toThrow('There is no person')
  })

  it.each<[string, Partial<StatusOptions>]>([
    ['without a reason', { reason: '' }],
    ['with an address in the reason', { reason: 'asked by bob@x.example' }],
    ['without an actor', { actor: ' ' }],
  ])('stay as they are where somebody acts %s', async (_what, options) => {
    const { userId } = await person()
    await expect(set(userId, 'suspended', options)).rejects.toThrow(/^The audit needs an actor and a reason/)
    expect(await world.rows('select status from users where id = $1', [userId])).toEqual([
      { status: 'active' },
    ])
  })
})
