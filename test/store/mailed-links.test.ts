import { randomBytes } from 'node:crypto'
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

const links = (): World['database']['mailedLinks'] => world.database.mailedLinks
const issue = async (): Promise<{ userId: string; id: string; nonce: Buffer }> => {
  const userId = await world.user(world.email(), true)
  const [email] = await world.database.users.listEmails(userId)
  const nonce = randomBytes(32)
  const { id } = await links().issue({
    purpose: 'password_reset',
    userEmailId: email?.id ?? '',
    nonce,
    minutes: 10,
  })
  return { userId, id, nonce }
}

describe('a mailed link', () => {
  it('counts once, of many at once, within its minutes', async () => {
    const { id, userId, nonce } = await issue()
    expect(await links().find(id)).toMatchObject({
      purpose: 'password_reset',
      userId,
      nonce,
      expired: false,
      used: false,
      voided: false,
    })
    const used = await Promise.all(Array.from({ length: 20 }, () => links().use(id)))
    expect(used.filter(Boolean)).toHaveLength(1)
    expect(await links().find(id)).toMatchObject({ used: true })

    const late = await issue()
    await test.advanceClock(10 * 60_000)
    expect(await links().use(late.id)).toBe(false)
    expect(await links().find(late.id)).toMatchObject({ expired: true, used: false })
  })

  it('is void once the ways to sign in have changed', async () => {
    const { id, userId } = await issue()
    await world.database.passwords.set(userId, 'hash')
    expect(await links().find(id)).toMatchObject({ voided: true })
    expect(await links().use(id)).toBe(false)
  })
})
