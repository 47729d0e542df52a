import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { claimsOf, createWorld, issuer } from './world.js'
import type { World } from './world.js'

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

describe('findOwner', () => {
  it('finds by provider, issuer and subject, all three, to the byte', async () => {
    const userId = await world.user()
    const identity = await world.database.identities.create(userId, providerId, claimsOf('Nora 1'))
    const other = await world.provider(organizationId)
    const find = async (provider: string, from: string, subject: string): Promise<string | null> =>
      (await world.database.identities.findOwner(provider, from, subject))?.identityId ?? null

    expect(await find(providerId, issuer, 'Nora 1')).toBe(identity.id)
    for (const [provider, from, subject] of [
      [other, issuer, 'Nora 1'],
      [providerId, `${issuer}/`, 'Nora 1'],
      [providerId, 'https://ISSUER.example', 'Nora 1'],
      [providerId, issuer, 'nora 1'],
      [providerId, issuer, 'Nora 1 '],
      [providerId, issuer, ''],
    ] as const) {
      expect(await find(provider, from, subject)).toBeNull()
    }
  })

  it('T06 T10 finds nobody by an address, whoever holds it', async () => {
    const email = world.email()
    await world.owner(organizationId, providerId, email)
    expect(await world.database.identities.findOwner(providerId, issuer, email.address)).toBeNull()
  })

  it('tells what decides whether the owner may sign in', async () => {
    const invited = await world.provider(organizationId, 'invited', 'manager')
    const { userId, identityId } = await world.owner(organizationId, invited)
    const membership = {
      isMember: true,
      isRestricted: false,
      joins: true,
      admission: 'invited',
      defaultRole: 'manager',
      invitedAs: null,
      inProvedDomain: false,
    }
    expect(await world.database.identities.findOwner(invited, issuer, userId)).toEqual({
      identityId,
      userId,
      status: 'active',
      methodsVersion: 2,
      hasTotp: false,
      membership,
    })
    await world.rows(`update users set status = 'suspended' where id = $1`, [userId])
    await world.rows('delete from organization_members where user_id = $1', [userId])
    expect(await world.database.identities.findOwner(invited, issuer, userId)).toEqual({
      identityId,
      userId,
      status: 'suspended',
      methodsVersion: 2,
      hasTotp: false,
      membership: { ...membership, isMember: false },
    })
  })
})

describe('create', () => {
  it('T12 keeps one subject of two providers, and of two issuers, apart', async () => {
    const [one, other] = [await world.user(), await world.user()]
    await world.database.identities.create(one, providerId, claimsOf('1'))
    await world.database.identities.create(other, providerId, {
      ...claimsOf('1'),
      issuer: 'https://other.example',
    })
    await world.database.identities.create(other, await world.provider(organizationId), claimsOf('1'))
    expect((await world.database.identities.findOwner(providerId, issuer, '1'))?.userId).toBe(one)
    expect(
      (await world.database.identities.findOwner(providerId, 'https://other.example', '1'))?.userId,
    ).toBe(other)
  })

  it('A18 never moves an identity to another user', async () => {
    const [owner, other] = [await world.user(), await world.user()]
    await world.database.identities.create(owner, providerId, claimsOf('owned'))
    const error: unknown = await world.database.identities
      .create(other, providerId, claimsOf('owned'))
      .catch((reason: unknown) => reason)
    expect(world.database.refusalOf(error)).toBe('identity_conflict')
    expect((await world.database.identities.findOwner(providerId, issuer, 'owned'))?.userId).toBe(owner)
  })

  it('A24 gives an identity to one of many users that want it at once', async () => {
    const users = await Promise.all(Array.from({ length: 20 }, () => world.user()))
    const answers = await Promise.allSettled(
      users.map((userId) => world.database.identities.create(userId, providerId, claimsOf('wanted'))),
    )
    const codes = answers.map((answer) =>
      answer.status === 'rejected' ? world.database.refusalOf(answer.reason) : 'created',
    )
    expect(codes.toSorted()).toEqual(['created', ...Array<string>(19).fill('identity_conflict')])
  })

  it('keeps what the provider asserted', async () => {
    const email = world.email()
    const { id } = await world.database.identities.create(await world.user(), providerId, {
      ...claimsOf('~'.repeat(255), email),
      emailVerified: true,
    })
    expect(
      await world.rows('select issuer, subject, email, email_verified, name from identities where id = $1', [
        id,
      ]),
    ).toEqual([
      { issuer, subject: '~'.repeat(255), email: email.address, email_verified: true, name: 'Nora' },
    ])
  })

  it.each(['', 'a'.repeat(256), 'nöra', 'no\nra', 'nora\n', '\u007f'])(
    'T11 the database itself refuses the subject %j',
    async (subject) => {
      const failed = world.database.identities.create(await world.user(), providerId, claimsOf(subject))
      await expect(failed).rejects.toMatchObject({ constraint: 'identities_subject_shape' })
    },
  )
})
