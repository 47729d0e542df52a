import { createHash } from 'node:crypto'
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

const totp = (): World['database']['totp'] => world.database.totp
const hash = (code: string): Buffer => createHash('sha256').update(code).digest()
const confirmed = async (step = 1): Promise<string> => {
  const userId = await world.user()
  await totp().begin(userId, Buffer.from('sealed'))
  await totp().confirm(userId, step)
  return userId
}

describe('enrolling', () => {
  it('takes a new secret until the first right code, and none over a confirmed one', async () => {
    const userId = await world.user()
    expect(await totp().find(userId)).toBeNull()
    await totp().begin(userId, Buffer.from('first'))
    expect(await totp().useStep(userId, 5)).toBe(false)
    expect(await totp().begin(userId, Buffer.from('second'))).toBe(true)
    expect(await totp().confirm(userId, 10)).toBe(true)
    expect([await totp().confirm(userId, 11), await totp().begin(userId, Buffer.from('third'))]).toEqual([
      false,
      false,
    ])
    expect(await totp().find(userId)).toEqual({
      secret: Buffer.from('second'),
      confirmed: true,
      now: expect.any(Date),
    })
  })
})

describe('a time step', () => {
  it('counts once, of many at once, and none before it counts again', async () => {
    const userId = await confirmed(10)
    expect(await totp().useStep(userId, 10)).toBe(false)
    const used = await Promise.all(Array.from({ length: 20 }, () => totp().useStep(userId, 12)))
    expect(used.filter(Boolean)).toHaveLength(1)
    expect([await totp().useStep(userId, 11), await totp().useStep(userId, 13)]).toEqual([false, true])
  })
})

describe('recovery codes', () => {
  it('count once each, only for their user, and are void once replaced', async () => {
    const [userId, other] = [await confirmed(), await confirmed()]
    await totp().replaceRecoveryCodes(userId, ['a', 'b', 'c'].map(hash))
    expect(await totp().countRecoveryCodes(userId)).toBe(3)
    expect(await totp().useRecoveryCode(other, hash('a'))).toBe(false)
    const used = await Promise.all(
      Array.from({ length: 20 }, () => totp().useRecoveryCode(userId, hash('a'))),
    )
    expect(used.filter(Boolean)).toHaveLength(1)
    expect(await totp().countRecoveryCodes(userId)).toBe(2)
    await totp().replaceRecoveryCodes(userId, ['d'].map(hash))
    expect([
      await totp().useRecoveryCode(userId, hash('b')),
      await totp().useRecoveryCode(userId, hash('d')),
    ]).toEqual([false, true])
  })

  it('are worth nothing before the secret is confirmed, and go with it', async () => {
    const userId = await world.user()
    await totp().begin(userId, Buffer.from('sealed'))
    await totp().replaceRecoveryCodes(userId, ['a'].map(hash))
    expect(await totp().useRecoveryCode(userId, hash('a'))).toBe(false)
    expect([await totp().remove(userId), await totp().remove(userId)]).toEqual([true, false])
    expect([await totp().find(userId), await totp().countRecoveryCodes(userId)]).toEqual([null, 0])
  })
})
