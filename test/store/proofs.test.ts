import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { NewProof } from '../../store/proofs.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { claimsOf, createWorld, issuer } from './world.js'
import type { World } from './world.js'

const minute = 60_000

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

const proofs = (): World['database']['proofs'] => world.database.proofs
const versionOf = async (userId: string): Promise<number | null> => {
  const user = await world.database.transaction((stores) => stores.users.lock(userId))
  return user?.methodsVersion ?? null
}
const proofOf = async (userId: string | null): Promise<NewProof> => ({
  attemptId: await world.waitingAttempt(providerId),
  kind: 'password',
  providerId,
  issuer,
  subject: 'subject',
  userId,
  methodsVersion: userId === null ? null : await versionOf(userId),
  canonicalEmail: userId === null ? 'nora@people.example' : null,
  browserHash: randomBytes(32),
  provingProviderId: null,
  secondFactor: false,
})

describe('a proof', () => {
  it('comes back with all that it is bound to, and may be used once, of many at once', async () => {
    const proof = await proofOf(await world.user())
    const { id, expiresAt } = await proofs().insert(proof)
    expect(await proofs().find(id)).toEqual({
      ...proof,
      provingOrganizationId: null,
      id,
      expiresAt,
      createdAt: new Date(expiresAt.getTime() - 15 * minute),
      used: false,
      expired: false,
      voided: false,
    })
    expect((await proofs().listUsable(proof.attemptId)).map((usable) => usable.id)).toEqual([id])

    const used = await Promise.all(Array.from({ length: 20 }, () => proofs().use(id)))
    expect(used.filter(Boolean)).toHaveLength(1)
    expect(await proofs().find(id)).toMatchObject({ used: true })
    expect(await proofs().listUsable(proof.attemptId)).toEqual([])
  })

  it('expires by the database clock', async () => {
    const proof = await proofOf(null)
    const { id } = await proofs().insert(proof)
    await test.advanceClock(14 * minute)
    expect(await proofs().listUsable(proof.attemptId)).toHaveLength(1)
    await test.advanceClock(minute)
    expect([await proofs().listUsable(proof.attemptId), await proofs().use(id)]).toEqual([[], false])
    expect(await proofs().find(id)).toMatchObject({ expired: true })
  })

  const changes: Record<string, (userId: string) => Promise<unknown>> = {
    'a password set': (userId) => world.database.passwords.set(userId, 'hash'),
    'an address added': (userId) =>
      world.rows('insert into user_emails (user_id, address, canonical) values ($1, $2, $2)', [
        userId,
        world.email().address,
      ]),
    'an identity linked': (userId) => world.database.identities.create(userId, providerId, claimsOf(userId)),
    'a deactivation': (userId) => world.rows(`update users set status = 'inactive' where id = $1`, [userId]),
    'a second factor confirmed': async (userId) => {
      await world.database.totp.begin(userId, Buffer.from('sealed'))
      await world.database.totp.confirm(userId, 1)
    },
  }
  it.each(Object.entries(changes))('is void after %s', async (_name, change) => {
    const userId = await world.user()
    const proof = await proofOf(userId)
    const { id } = await proofs().insert(proof)
    await change(userId)
    expect(await proofs().find(id)).toMatchObject({ voided: true, used: false })
    expect([await proofs().listUsable(proof.attemptId), await proofs().use(id)]).toEqual([[], false])
  })

  it('is void from the first where the account changed while it was shown', async () => {
    const userId = await world.user()
    const proof = await proofOf(userId)
    await world.database.passwords.set(userId, 'hash')
    const { id } = await proofs().insert(proof)
    expect(await proofs().listUsable(proof.attemptId)).toEqual([])
    expect([await proofs().addSecondFactor(id), await proofs().use(id)]).toEqual([false, false])
  })

  it('is kept, with its account, as it was read until the transaction ends', async () => {
    const userId = await world.user()
    const { id } = await proofs().insert(await proofOf(userId))
    await world.database.transaction(async (stores) => {
      expect(await stores.proofs.lock(id)).toMatchObject({ voided: false })
      await expect(
        world.rows(`select from users where id = $1 for update nowait`, [userId]),
      ).rejects.toMatchObject({ code: '55P03' })
      expect(await stores.proofs.use(id)).toBe(true)
    })
    expect(await proofs().use(id)).toBe(false)
  })
})
