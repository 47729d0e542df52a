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

const nobody = '00000000-0000-7000-8000-000000000000'

describe('create', () => {
  it.each([true, false])('makes a user with one primary address, verified: %s', async (verified) => {
    const email = { ...world.email(), address: 'As.Typed@People.Example' }
    const { id } = await world.database.users.create({
      name: 'Nora',
      locale: 'de',
      email,
      emailVerified: verified,
    })
    expect(await world.database.users.find(id)).toEqual({ id, name: 'Nora', status: 'active' })
    expect(await world.database.users.listEmails(id)).toEqual([
      {
        id: expect.any(String),
        userId: id,
        address: 'As.Typed@People.Example',
        canonical: email.canonical,
        isPrimary: true,
        verified,
        confirmation: null,
      },
    ])
  })

  it('makes a user without an address', async () => {
    const { id } = await world.database.users.create({
      name: '',
      locale: 'en',
      email: null,
      emailVerified: false,
    })
    expect(await world.database.users.listEmails(id)).toEqual([])
  })

  it('makes neither user nor address where the address is taken', async () => {
    const email = world.email()
    await world.user(email, true)
    const count = (): Promise<object[]> => world.rows('select count(*) from users')
    const before = await count()
    await expect(world.user(email, true)).rejects.toMatchObject({ constraint: 'user_emails_verified_holder' })
    expect(await count()).toEqual(before)
  })
})

describe('look-ups', () => {
  it('find nothing of what is not there', async () => {
    const { users } = world.database
    expect([
      await users.find(nobody),
      await users.findEmail(nobody),
      await users.listEmails(nobody),
      await users.organizationOfEmail(nobody),
    ]).toEqual([null, null, [], null])
  })

  it('organizationOfEmail names the organization that the owner came to first', async () => {
    const userId = await world.user(world.email())
    const [email] = await world.database.users.listEmails(userId)
    const find = (): Promise<string | null> => world.database.users.organizationOfEmail(email?.id ?? '')
    expect(await find()).toBeNull()
    const [first, second] = [await world.organization(), await world.organization()]
    await world.database.members.ensure(userId, first, 'member')
    await test.advanceClock(1000)
    await world.database.members.ensure(userId, second, 'member')
    const slugs = await world.rows<{ slug: string }>('select slug from organizations where id = $1', [first])
    expect(await find()).toBe(slugs[0]?.slug)
  })
})
