import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { EmailChallenge } from '../../store/email-challenges.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { createWorld } from './world.js'
import type { World } from './world.js'

let test: TestDatabase
let world: World
let providerId: string
beforeAll(async () => {
  test = await createTestDatabase()
  world = createWorld(test.pool)
  providerId = await world.provider(await world.organization())
})
afterAll(() => test.drop())

const challenges = (): World['database']['emailChallenges'] => world.database.emailChallenges
const open = (attemptId: string): Promise<EmailChallenge & { fresh: boolean }> =>
  world.database.transaction(async (stores) => {
    await stores.attempts.lock(attemptId)
    return stores.emailChallenges.open(attemptId, randomBytes(32))
  })

describe('open', () => {
  it('repeats the live one for 60 s, also for many at once, and voids it after that', async () => {
    const attemptId = await world.waitingAttempt(providerId)
    const many = await Promise.all(Array.from({ length: 10 }, () => open(attemptId)))
    expect(many.filter(({ fresh }) => fresh)).toHaveLength(1)
    expect(new Set(many.map(({ id }) => id)).size).toBe(1)
    const [first] = many
    await test.advanceClock(59_000)
    expect(await open(attemptId)).toMatchObject({ id: first?.id, nonce: first?.nonce, fresh: false })
    await test.advanceClock(1_000)
    const next = await open(attemptId)
    expect(next).toMatchObject({ fresh: true, live: true })
    expect(next.id).not.toBe(first?.id)
    expect(await challenges().find(first?.id ?? '')).toMatchObject({ live: false })
    expect(await challenges().findLive(attemptId)).toMatchObject({ id: next.id })
  })
})

describe('a challenge', () => {
  it('lives 10 min', async () => {
    const attemptId = await world.waitingAttempt(providerId)
    const { id } = await open(attemptId)
    await test.advanceClock(599_000)
    expect(await challenges().findLive(attemptId)).toMatchObject({ id })
    await test.advanceClock(1_000)
    expect([await challenges().findLive(attemptId), await challenges().use(id)]).toEqual([null, false])
  })

  it('P66 is dead after five wrong codes', async () => {
    const attemptId = await world.waitingAttempt(providerId)
    const { id } = await open(attemptId)
    const left: number[] = []
    for (let n = 0; n < 5; n++) left.push(await challenges().countWrongTry(id))
    expect(left).toEqual([4, 3, 2, 1, 0])
    expect([await challenges().findLive(attemptId), await challenges().use(id)]).toEqual([null, false])
  })

  it('is used once, of many at once', async () => {
    const { id } = await open(await world.waitingAttempt(providerId))
    const used = await Promise.all(Array.from({ length: 20 }, () => challenges().use(id)))
    expect(used.filter(Boolean)).toHaveLength(1)
  })

  it('ends with the others of its attempt', async () => {
    const [attemptId, other] = [
      await world.waitingAttempt(providerId),
      await world.waitingAttempt(providerId),
    ]
    await open(attemptId)
    const { id } = await open(other)
    await challenges().endAll(attemptId)
    expect([await challenges().findLive(attemptId), await challenges().findLive(other)]).toEqual([
      null,
      expect.objectContaining({ id }),
    ])
  })
})
