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

const passwords = (): World['database']['passwords'] => world.database.passwords
const version = async (userId: string): Promise<number | undefined> =>
  (await world.rows<{ v: number }>('select methods_version as v from users where id = $1', [userId]))[0]?.v

describe('set and remove', () => {
  it('count as a change of the sign-in methods, each once', async () => {
    const userId = await world.user()
    const before = (await version(userId)) ?? 0
    expect(await passwords().find(userId)).toBeNull()
    await passwords().set(userId, 'one')
    await passwords().set(userId, 'other')
    expect(await passwords().find(userId)).toEqual({
      hash: 'other',
      status: 'active',
      methodsVersion: before + 2,
    })
    expect(await version(userId)).toBe(before + 2)
    expect([await passwords().remove(userId), await passwords().remove(userId)]).toEqual([true, false])
    expect(await version(userId)).toBe(before + 3)
  })
})

describe('findByAddress', () => {
  it('finds the verified holder, by whichever of its addresses, and whether it has a second factor', async () => {
    const email = world.email()
    const userId = await world.user(email, true)
    await passwords().set(userId, 'hash')
    const account = { userId, status: 'active', hash: 'hash', hasTotp: false }
    const found = async () => {
      const { methodsVersion, ...rest } = (await passwords().findByAddress(email.canonical)) ?? {}
      expect(methodsVersion).toBe(await version(userId))
      return rest
    }
    expect(await found()).toEqual(account)

    await world.database.totp.begin(userId, Buffer.from('sealed'))
    expect(await found()).toEqual(account)
    await world.database.totp.confirm(userId, 1)
    expect(await found()).toEqual({ ...account, hasTotp: true })
  })

  it('finds nobody without a password, and prefers the verified holder to all others', async () => {
    const email = world.email()
    const squatter = await world.user(email)
    expect(await passwords().findByAddress(email.canonical)).toBeNull()
    await passwords().set(squatter, 'squatter')
    expect(await passwords().findByAddress(email.canonical)).toMatchObject({ userId: squatter })

    const second = await world.user(email)
    await passwords().set(second, 'second')
    expect(await passwords().findByAddress(email.canonical)).toBeNull()

    const holder = await world.user(email, true)
    await passwords().set(holder, 'holder')
    expect(await passwords().findByAddress(email.canonical)).toMatchObject({ userId: holder })
  })
})
