import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { createWorld, decisionOf } from './world.js'
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

describe('decisions', () => {
  it('P80 are one per attempt, whoever comes at the same time', async () => {
    const attemptId = await world.waitingAttempt(providerId)
    const posts = Array.from({ length: 20 }, (_, n) =>
      decisionOf(attemptId, n % 2 === 0 ? 'create' : 'cancel', `key ${n}`),
    )
    const answers = await Promise.allSettled(posts.map((post) => world.database.decisions.accept(post)))
    const won = posts.filter((_, n) => answers[n]?.status === 'fulfilled')
    const codes = answers.map((answer) =>
      answer.status === 'rejected' ? world.database.refusalOf(answer.reason) : 'accepted',
    )

    expect(codes.toSorted()).toEqual(['accepted', ...Array<string>(19).fill('already_decided')])
    expect([await world.database.decisions.find(attemptId)]).toEqual(won)
    expect(await world.rows('select from decisions where attempt_id = $1', [attemptId])).toHaveLength(1)
  })

  it('come back as they were written', async () => {
    const attemptId = await world.waitingAttempt(providerId)
    const sessionUserId = await world.user()
    const whole = {
      ...decisionOf(attemptId, 'create', 'ü'.repeat(200)),
      input: Buffer.from([0, 255, 10]),
      facts: { policyVersion: 7, provider: 'q', trusted: true, target: 't', holder: 'h' },
      sessionUserId,
      replace: true,
    }
    await world.database.decisions.accept(whole)
    expect(await world.database.decisions.find(attemptId)).toEqual(whole)
  })

  it('are looked up by attempt', async () => {
    expect(await world.database.decisions.find(await world.waitingAttempt(providerId))).toBeNull()
  })

  it('note when Temporal was told', async () => {
    const attemptId = await world.waitingAttempt(providerId)
    await world.database.decisions.accept(decisionOf(attemptId, 'cancel'))
    const told = (): Promise<object[]> =>
      world.rows('select signalled_at is not null as told from decisions where attempt_id = $1', [attemptId])
    expect(await told()).toEqual([{ told: false }])
    await world.database.decisions.markSignalled(attemptId)
    expect(await told()).toEqual([{ told: true }])
  })
})
