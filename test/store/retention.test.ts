import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openAttempt } from '../support/attempts.js'
import { startMailParts } from '../support/mail-parts.js'

let parts: Awaited<ReturnType<typeof startMailParts>>
beforeAll(async () => {
  parts = await startMailParts()
})
afterAll(() => parts.stop())

const day = 24 * 3_600_000

it('an answer that was kept is kept for 400 days', async () => {
  const { database } = parts.dependencies
  const name = { scope: 'user/1 /v1/me/emails', key: 'k' }
  const kept = { bodyHash: Buffer.alloc(32), status: 204, answer: null }
  await database.idempotencyKeys.keep(name, { userId: null, addressIndex: null }, kept)
  await parts.testDatabase.advanceClock(399 * day)
  await database.retention.purge(1_000)
  expect(await database.idempotencyKeys.find(name)).not.toBeNull()
  await parts.testDatabase.advanceClock(2 * day)
  await database.retention.purge(1_000)
  expect(await database.idempotencyKeys.find(name)).toBeNull()
})

describe('an attempt', () => {
  it('is kept for 400 days after its end, and goes with its decision and all that hung on it', async () => {
    const { database } = parts.dependencies
    const { attemptId: ended } = await openAttempt(parts.dependencies, 'ended')
    await database.attempts.end(ended, { result: 'cancelled' })
    await parts.testDatabase.advanceClock(399 * day)
    const { attemptId: open } = await openAttempt(parts.dependencies, 'open')
    const left = async (): Promise<string[]> => {
      await database.retention.purge(1_000)
      const { rows } = await parts.testDatabase.pool.query<{ id: string }>(
        'select id from attempts order by id',
      )
      return rows.map(({ id }) => id)
    }
    expect(await left()).toEqual([ended, open].sort())
    await parts.testDatabase.advanceClock(2 * day)
    expect(await left()).toEqual([open])
  })
})
