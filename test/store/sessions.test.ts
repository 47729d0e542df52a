import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { withTransaction } from '../../store/pool.js'
import { createSessionStore } from '../../store/sessions.js'
import { answerOf, combinations } from '../domain/combinations.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { createWorld } from './world.js'
import type { World } from './world.js'

const minute = 60_000
const hour = 60 * minute

let test: TestDatabase
let world: World
let organizationId: string
let providerId: string
beforeAll(async () => {
  test = await createTestDatabase()
  world = createWorld(test.pool)
  organizationId = await world.organization()
  providerId = await world.provider(organizationId)
})
afterAll(() => test.drop())

const signedIn = async (): Promise<{ attemptId: string; userId: string; identityId: string }> => {
  const attemptId = await world.attempt(providerId)
  const owner = await world.owner(organizationId, providerId)
  await world.database.attempts.end(attemptId, { result: 'signed_in', how: 'created' }, owner)
  return { attemptId, ...owner }
}
const open = async (attemptId: string): Promise<{ id: string; token: Buffer }> => {
  const token = randomBytes(32)
  return { ...(await world.database.sessions.openForAttempt(attemptId, token)), token }
}
const found = async (token: Buffer): Promise<string | null> =>
  (await world.database.sessions.find(token))?.id ?? null

describe('openForAttempt', () => {
  it('opens a session of the user that the attempt signed in', async () => {
    const { attemptId, userId } = await signedIn()
    const { id, token } = await open(attemptId)
    const session = await world.database.sessions.find(token)
    expect(session).toMatchObject({
      id,
      user: { id: userId, status: 'active' },
      organization: { id: organizationId },
      attemptId,
      providerDisplayName: 'Provider',
      methods: ['provider'],
    })
    expect((session?.expiresAt.getTime() ?? 0) - (session?.authenticatedAt.getTime() ?? 0)).toBe(
      14 * 24 * hour,
    )
  })

  it('keeps what else has shown who that is: of the session that it replaces, where that was the same user’s', async () => {
    for (const isSame of [true, false]) {
      const owner = await world.owner(organizationId, providerId)
      const other = await world.owner(organizationId, providerId)
      const former = await world.database.userSessions.openWithPassword({
        userId: isSame ? owner.userId : other.userId,
        organizationId,
        methods: ['password', 'totp'],
        tokenHash: randomBytes(32),
      })
      const attemptId = await world.attempt(providerId)
      await test.pool.query('update attempts set session_id = $2 where id = $1', [attemptId, former.id])
      await world.database.attempts.end(attemptId, { result: 'signed_in', how: 'linked' }, owner)
      const kept = isSame ? ['password', 'provider', 'totp'] : ['provider']
      for (let redeemed = 0; redeemed < 2; redeemed++) {
        const { token } = await open(attemptId)
        expect((await world.database.sessions.find(token))?.methods).toEqual(kept)
      }
    }
  })

  it('replaces the former session of the attempt, and of no other', async () => {
    const [one, other] = [await signedIn(), await signedIn()]
    const kept = await open(other.attemptId)
    const first = await open(one.attemptId)
    const second = await open(one.attemptId)
    expect([await found(first.token), await found(second.token), await found(kept.token)]).toEqual([
      null,
      second.id,
      kept.id,
    ])
    expect(
      await world.rows('select id from sessions where attempt_id = $1 and ended_at is null', [one.attemptId]),
    ).toEqual([{ id: second.id }])
  })

  it('leaves one session, and no error, of many that are opened at once', async () => {
    const { attemptId } = await signedIn()
    const opened = await Promise.all(
      Array.from({ length: 8 }, () =>
        world.database.transaction(async (stores) => {
          await stores.attempts.lock(attemptId)
          return stores.sessions.openForAttempt(attemptId, randomBytes(32))
        }),
      ),
    )
    const standing = await world.rows<{ id: string }>(
      'select id from sessions where attempt_id = $1 and ended_at is null',
      [attemptId],
    )
    expect(standing).toHaveLength(1)
    expect(opened).toContainEqual(standing[0])
  })

  it.each([
    ['is open', null],
    ['was rejected', { result: 'rejected', code: 'not_a_member' }],
    ['was cancelled', { result: 'cancelled' }],
    ['has expired', { result: 'expired' }],
  ] as const)('opens nothing for an attempt that %s', async (_case, outcome) => {
    const attemptId = await world.attempt(providerId)
    if (outcome !== null) await world.database.attempts.end(attemptId, outcome)
    await expect(open(attemptId)).rejects.toThrow('returned none')
    expect(await world.rows('select from sessions where attempt_id = $1', [attemptId])).toEqual([])
  })
})

describe('find', () => {
  it('knows a session by its token alone', async () => {
    const { attemptId } = await signedIn()
    const { token } = await open(attemptId)
    expect(await found(randomBytes(32))).toBeNull()
    expect(await found(Buffer.alloc(0))).toBeNull()
    expect(await found(token.subarray(0, 31))).toBeNull()
  })

  it('finds nothing of a session that ended; ending it again changes nothing', async () => {
    const { attemptId, userId } = await signedIn()
    const { id, token } = await open(attemptId)
    const end = (): Promise<unknown> => world.database.userSessions.end(userId, { only: id })
    await end()
    const ended = (): Promise<object[]> => world.rows('select ended_at from sessions where id = $1', [id])
    const first = await ended()
    await test.advanceClock(minute)
    await end()
    expect(await found(token)).toBeNull()
    expect(await ended()).toEqual(first)
  })

  it.each(['suspended', 'inactive'])('finds nothing while the user is %s', async (status) => {
    const { attemptId, userId } = await signedIn()
    const { id, token } = await open(attemptId)
    await test.pool.query('update users set status = $2 where id = $1', [userId, status])
    expect(await found(token)).toBeNull()
    await test.pool.query(`update users set status = 'active' where id = $1`, [userId])
    expect(await found(token)).toBe(id)
  })

  it('ends a session that was idle for 24 h, whoever asks, and one that is used lives on', async () => {
    const { attemptId, userId } = await signedIn()
    const { id, token } = await open(attemptId)
    await test.advanceClock(24 * hour - minute)
    expect(await found(token)).toBe(id)
    await test.advanceClock(24 * hour - minute)
    expect(await found(token)).toBe(id)
    const { sessions } = world.database
    const alive = async (): Promise<boolean[]> => [
      await sessions.isLive(id, userId),
      await sessions.isLiveFor(attemptId),
    ]
    expect(await alive()).toEqual([true, true])
    await test.advanceClock(24 * hour)
    expect([await found(token), await found(token)]).toEqual([null, null])
    expect(await alive()).toEqual([false, false])
  })

  it('does not revive a session that it finds idle, to the microsecond', async () => {
    const { attemptId } = await signedIn()
    const { id, token } = await open(attemptId)
    // Within a transaction the clock stands still.
    const answers = await withTransaction(test.pool, async (db) => {
      await db.query(`update sessions set last_seen_at = app.now() - interval '24 hours' where id = $1`, [id])
      const sessions = createSessionStore(db)
      return [await sessions.find(token), await sessions.find(token)]
    })
    expect(answers).toEqual([null, null])
  })

  it('ends a session after 14 days, however much it is used', async () => {
    const { attemptId } = await signedIn()
    const { id, token } = await open(attemptId)
    for (let day = 1; day < 14; day++) {
      await test.advanceClock(24 * hour - minute)
      expect(await found(token)).toBe(id)
    }
    await test.advanceClock(24 * hour - minute)
    expect(await found(token)).toBe(id)
    await test.advanceClock(14 * minute)
    expect(await found(token)).toBeNull()
  })

  it('notes that a session was seen, every 5 min at most', async () => {
    const { attemptId } = await signedIn()
    const { id, token } = await open(attemptId)
    const seen = async (): Promise<number> => {
      await found(token)
      const [row] = await world.rows<{ at: Date }>('select last_seen_at as at from sessions where id = $1', [
        id,
      ])
      return row?.at.getTime() ?? 0
    }
    const first = await seen()
    await test.advanceClock(4 * minute)
    expect(await seen()).toBe(first)
    await test.advanceClock(minute)
    expect(await seen()).toBeGreaterThanOrEqual(first + 5 * minute)
  })
})

describe('a session counts as long as what opened it could open it again', () => {
  const cases = combinations({
    methods: ['provider', 'password', 'password,totp', 'password,provider', 'password,provider,totp'],
    requiredHere: [true, false],
    otherProvider: [null, 'requires', 'is off'],
    secondFactor: [true, false],
    owners: ['nobody', 'other', 'user', 'user and other', 'user and other, suspended'],
  } as const)
  type Case = (typeof cases)[number]
  const has = ({ methods }: Case, method: string): boolean => methods.split(',').includes(method)
  const requires = (c: Case): boolean => c.requiredHere || c.otherProvider === 'requires'
  const byProvider = (c: Case): boolean => has(c, 'provider') && (c.requiredHere || !requires(c))
  const byPassword = (c: Case): boolean =>
    has(c, 'password') &&
    (c.owners === 'user' ||
      c.owners === 'user and other, suspended' ||
      (!requires(c) && (!c.secondFactor || has(c, 'totp'))))
  const counts = (c: Case): boolean => byProvider(c) || byPassword(c)
  const table = [
    [counts, null],
    [(c: Case) => !counts(c) && requires(c), 'provider_mismatch'],
    [(c: Case) => !counts(c) && !requires(c), 'second_factor_required'],
  ] as const

  it('in all 300 cases as the table says', async () => {
    expect(cases).toHaveLength(300)
    const home = await world.organization()
    const [own, second] = [await world.provider(home), await world.provider(home)]
    const [user, other] = [await world.owner(home, own), await world.owner(home, own)]
    // One who is there whatever is the case, and an organization next door, whose owners and demands count for nothing.
    await world.owner(home, own)
    const elsewhere = await world.organization()
    await world.provider(elsewhere)
    await world.database.members.ensure(user.userId, elsewhere, 'owner')
    await world.rows('update providers set require_link = true where organization_id = $1', [elsewhere])
    await world.rows('update organizations set require_second_factor = true where id = $1', [elsewhere])
    const token = randomBytes(32)
    await world.rows(
      `insert into sessions (token_hash, user_id, organization_id, methods, expires_at)
       values ($1, $2, $3, '{}', app.now() + interval '14 days')`,
      [token, user.userId, home],
    )
    for (const one of cases) {
      await world.rows(`update sessions set methods = $2, identity_id = $3 where token_hash = $1`, [
        token,
        one.methods.split(','),
        has(one, 'provider') ? user.identityId : null,
      ])
      await world.rows(
        `update providers set require_link = case id when $2 then $3::boolean else $4::boolean end,
           status = case when id = $1 and $5 then 'disabled' else 'enabled' end where id in ($1, $2)`,
        [second, own, one.requiredHere, one.otherProvider !== null, one.otherProvider === 'is off'],
      )
      await world.rows('update organizations set require_second_factor = $2 where id = $1', [
        home,
        one.secondFactor,
      ])
      await world.rows(
        `update organization_members set role = case when user_id = any($2) then 'owner' else 'manager' end
         where organization_id = $1`,
        [
          home,
          [
            ...(one.owners.includes('user') ? [user.userId] : []),
            ...(one.owners.includes('other') ? [other.userId] : []),
          ],
        ],
      )
      await world.rows('update users set status = $2 where id = $1', [
        other.userId,
        one.owners.endsWith('suspended') ? 'suspended' : 'active',
      ])
      const code = answerOf(table, one)
      const isFound = (await world.database.sessions.find(token)) !== null
      const refused = (await world.database.sessions.findRefused(token))?.code ?? null
      expect({ one, isFound, refused }).toEqual({ one, isFound: code === null, refused: code })
    }
  })
})
