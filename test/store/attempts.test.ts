import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createAttemptStore } from '../../store/attempts.js'
import type { AttemptStore } from '../../store/attempts.js'
import type { NewAttempt } from '../../store/new-attempts.js'
import { plantAttempts } from '../support/many-attempts.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { createWorld, decisionOf } from './world.js'
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

const attempts = (): World['database']['attempts'] => world.database.attempts
/** As the browser names it that holds its secret. */
const named = async (id: string): Promise<{ id: string; browserHash: Buffer }> => ({
  id,
  browserHash: (await attempts().find(id))?.browserHash ?? Buffer.alloc(0),
})
const nobody = '00000000-0000-7000-8000-000000000000'

describe('create', () => {
  it('S112 keeps what the browser brought, for 60 min', async () => {
    const userId = await world.user()
    const wanted: NewAttempt = {
      providerId,
      stateHash: randomBytes(32),
      browserHash: randomBytes(32),
      returnTo: '/account?x=1#y',
      locale: 'de',
      clientNetwork: '2001:db8::/64',
      sessionId: randomUUID(),
      sessionUserId: userId,
    }
    const { id, expiresAt } = await attempts().create(wanted)
    const { providerId: _, stateHash, ...kept } = wanted
    const attempt = await attempts().find(id)
    expect(attempt).toMatchObject({
      ...kept,
      id,
      expiresAt,
      provider: { id: providerId, organization: { id: organizationId } },
      stage: 'awaiting_provider',
      stateUsedAt: null,
      providerRequest: null,
      claims: null,
      outcome: null,
      redeemable: false,
      expired: false,
    })
    expect(await attempts().findByState(stateHash)).toEqual(attempt)
    expect(await attempts().findByState(randomBytes(32))).toBeNull()
    const [row] = await world.rows<{ life: string }>(
      `select (expires_at - created_at)::text as life from attempts where id = $1`,
      [id],
    )
    expect(row?.life).toBe('01:00:00')
  })

  it('needs a provider that there is', async () => {
    await expect(world.attempt(nobody)).rejects.toThrow('returned none')
    expect([await attempts().find(nobody), await attempts().findOutcome(nobody)]).toEqual([null, null])
  })
})

describe('expiry', () => {
  it('comes with the database clock', async () => {
    const id = await world.attempt(providerId)
    const state = async (): Promise<unknown> => [
      (await attempts().find(id))?.expired,
      (await attempts().lockOpen([await named(id)])).map(({ secondsLeft }) => secondsLeft <= 60),
    ]
    await test.advanceClock(59 * minute)
    expect(await state()).toEqual([false, [true]])
    await test.advanceClock(minute)
    expect(await state()).toEqual([true, []])
    expect(await attempts().useState(id)).toBe(false)
  })
})

describe('lockOpen', () => {
  it('finds those of the list that have neither ended nor expired, oldest first, and whom they await', async () => {
    const ids = [
      await world.attempt(providerId),
      await world.attempt(providerId),
      await world.waitingAttempt(providerId),
      await world.attempt(providerId),
    ]
    const [open = '', answered = '', waiting = '', ended = ''] = ids
    await attempts().useState(answered)
    await attempts().end(ended, { result: 'cancelled' })
    const list = await Promise.all([...ids, open].reverse().map(named))
    const found = await attempts().lockOpen([...list, { id: nobody, browserHash: randomBytes(32) }])
    expect(found.map(({ id, awaits }) => [id, awaits])).toEqual([
      [open, 'provider'],
      [answered, 'callback'],
      [waiting, 'person'],
    ])
    expect(await attempts().lockOpen([])).toEqual([])
  })

  it('finds none by its id alone', async () => {
    const [one, other] = [await world.attempt(providerId), await world.attempt(providerId)]
    expect(await attempts().lockOpen([{ ...(await named(one)), id: other }])).toEqual([])
  })
})

describe('useState', () => {
  it('I10 works once, of many at once', async () => {
    const id = await world.attempt(providerId)
    const used = await Promise.all(Array.from({ length: 20 }, () => attempts().useState(id)))
    expect(used.filter(Boolean)).toHaveLength(1)
    expect((await attempts().find(id))?.stateUsedAt).toBeInstanceOf(Date)
  })

  it('does not work for an attempt that has ended', async () => {
    const id = await world.attempt(providerId)
    await attempts().end(id, { result: 'rejected', code: 'provider_error' })
    expect(await attempts().useState(id)).toBe(false)
  })
})

describe('an attempt that is named by its id', () => {
  /** The indexes that the statements of a call would walk. */
  const indexesOf = async (call: (store: AttemptStore) => Promise<unknown>): Promise<string[]> => {
    const plans: string[] = []
    const explaining = createAttemptStore({
      query: async (statement, values) => {
        const plan = await test.pool.query(
          `explain ${typeof statement === 'string' ? statement : statement.text}`,
          values,
        )
        plans.push(...plan.rows.map((row: { 'QUERY PLAN': string }) => row['QUERY PLAN']))
        return { ...plan, rows: [] }
      },
    })
    await call(explaining)
    return plans.flatMap((line) => / using (attempts_\w+) on attempts/.exec(line)?.[1] ?? [])
  }

  it('is found by its key, also where statistics say that none is open', async () => {
    await plantAttempts(test.pool, 3_000)
    await world.rows('delete from attempts where outcome is null')
    await world.rows('vacuum analyze attempts')
    const acts: ((store: AttemptStore) => Promise<unknown>)[] = [
      (store) => store.useState(nobody),
      (store) => store.takeTry(nobody),
      (store) => store.end(nobody, { result: 'expired' }),
    ]
    for (const act of acts) expect(await indexesOf(act)).toEqual(['attempts_pkey'])
  })
})

describe('the stages', () => {
  it('S110 go from provider to decision to finishing to the end, and never back', async () => {
    const request = Buffer.from('nonce and verifier')
    const id = attempts().newId()
    await attempts().create({ ...world.newAttempt(providerId), id, providerRequest: request })
    const stage = async (): Promise<string | undefined> => (await attempts().find(id))?.stage
    const received = (claims: string) => ({ claims: Buffer.from(claims), addressIndex: null })
    const decide = () => world.database.decisions.accept(decisionOf(id))
    expect([await stage(), (await attempts().find(id))?.providerRequest]).toEqual([
      'awaiting_provider',
      request,
    ])

    expect(await attempts().awaitDecision(id, received('claims'))).toBe(true)
    expect(await attempts().awaitDecision(id, received('other claims'))).toBe(false)
    expect(await attempts().find(id)).toMatchObject({
      stage: 'awaiting_decision',
      claims: Buffer.from('claims'),
      providerRequest: null,
    })

    await decide()
    expect(await stage()).toBe('finishing')
    expect(await attempts().awaitDecision(id, received('other claims'))).toBe(false)

    expect(await attempts().end(id, { result: 'cancelled' })).toBe(true)
    expect([await stage(), await attempts().awaitDecision(id, received('other claims'))]).toEqual([
      'ended',
      false,
    ])
  })

  it('do not move where a decision comes before the provider has answered, or after the end', async () => {
    const [early, late] = [await world.attempt(providerId), await world.waitingAttempt(providerId)]
    await attempts().end(late, { result: 'expired' })
    for (const id of [early, late]) await world.database.decisions.accept(decisionOf(id))
    expect([(await attempts().find(early))?.stage, (await attempts().find(late))?.stage]).toEqual([
      'awaiting_provider',
      'ended',
    ])
  })

  it('remember the first moment at which Temporal was told', async () => {
    const id = await world.waitingAttempt(providerId)
    const started = (): Promise<object[]> => world.rows('select started_at from attempts where id = $1', [id])
    await attempts().markStarted(id)
    const first = await started()
    expect(first).toEqual([{ started_at: expect.any(Date) }])
    await test.advanceClock(1000)
    await attempts().markStarted(id)
    expect(await started()).toEqual(first)
  })
})

describe('end', () => {
  it('I3 ends an attempt once, of many at once, and all later words change nothing', async () => {
    const id = await world.waitingAttempt(providerId)
    const results = ['cancelled', 'expired', 'rejected'] as const
    const ended = await Promise.all(
      Array.from({ length: 21 }, (_, n) => attempts().end(id, { result: results[n % 3] ?? 'expired' })),
    )
    const outcome = await attempts().findOutcome(id)
    expect(ended.filter(Boolean)).toHaveLength(1)
    expect(outcome).toEqual({ result: results[ended.indexOf(true) % 3] })
    expect(await attempts().find(id)).toMatchObject({ stage: 'ended', outcome })
  })

  it.each([
    [{ result: 'rejected', code: 'email_taken' }],
    [{ result: 'cancelled' }],
    [{ result: 'expired' }],
    [{ result: 'signed_in', how: 'existing' }],
    [{ result: 'signed_in', how: 'linked' }],
    [{ result: 'signed_in', how: 'merged' }],
    [{ result: 'signed_in', how: 'created' }],
  ] as const)('keeps %j as it was', async (outcome) => {
    const id = await world.attempt(providerId)
    await attempts().end(id, outcome)
    expect(await attempts().findOutcome(id)).toEqual(outcome)
  })

  it.each([
    [{ result: 'signed_in' }, 'attempts_how_only_signed_in'],
    [{ result: 'cancelled', how: 'created' }, 'attempts_how_only_signed_in'],
    [{ result: 'signed_in', how: 'created', code: 'email_taken' }, 'attempts_code_only_refused'],
  ] as const)('does not take %j', async (outcome, constraint) => {
    const id = await world.attempt(providerId)
    await expect(attempts().end(id, outcome)).rejects.toMatchObject({ constraint })
    expect(await attempts().findOutcome(id)).toBeNull()
  })

  it('leaves 10 min to turn `signed_in` into a session, and nothing else into one', async () => {
    const [signedIn, rejected] = [await world.attempt(providerId), await world.attempt(providerId)]
    const owner = await world.owner(organizationId, providerId)
    await attempts().end(signedIn, { result: 'signed_in', how: 'linked' }, owner)
    await attempts().end(rejected, { result: 'rejected' })
    const redeemable = async (id: string): Promise<boolean | undefined> =>
      (await attempts().find(id))?.redeemable
    expect(await attempts().find(signedIn)).toMatchObject({
      outcomeUserId: owner.userId,
      outcomeIdentityId: owner.identityId,
    })
    expect([await redeemable(signedIn), await redeemable(rejected)]).toEqual([true, false])
    await test.advanceClock(9 * minute)
    expect(await redeemable(signedIn)).toBe(true)
    await test.advanceClock(minute)
    expect(await redeemable(signedIn)).toBe(false)
  })
})

describe('lock', () => {
  it('keeps others from the attempt until the transaction ends, and the provider free', async () => {
    const id = await world.attempt(providerId)
    const probe = (table: string, of: string): Promise<unknown> =>
      world.rows(`select from ${table} where id = $1 for update nowait`, [of])
    await world.database.transaction(async (stores) => {
      expect((await stores.attempts.lock(id))?.id).toBe(id)
      await expect(probe('attempts', id)).rejects.toMatchObject({ code: '55P03' })
      expect(await probe('providers', providerId)).toHaveLength(1)
      expect(await stores.attempts.lock(nobody)).toBeNull()
    })
    expect(await probe('attempts', id)).toHaveLength(1)
  })
})

describe('listProgress', () => {
  it('tells of many attempts at once where they stand, with the state of the newest mail', async () => {
    const [fresh, ended] = [await world.attempt(providerId), await world.waitingAttempt(providerId)]
    await attempts().end(ended, { result: 'signed_in', how: 'created' })
    const [email] = await world.database.users.listEmails(await world.user(world.email()))
    const enqueue = (dedupeKey: string): Promise<string> =>
      world.database.mail.enqueue({
        kind: 'confirmation',
        userEmailId: email?.id ?? '',
        organizationId,
        attemptId: ended,
        locale: 'en',
        dedupeKey,
      })
    const [older, newer] = [await enqueue('one'), await enqueue('other')].toSorted()
    await world.database.mail.setState(older ?? '', 'bounced')
    await world.database.mail.setState(newer ?? '', 'accepted')
    const progress = await attempts().listProgress([fresh, ended, nobody])
    expect(progress.toSorted((one) => (one.id === fresh ? -1 : 1))).toEqual([
      { id: fresh, stage: 'awaiting_provider', outcome: null, mail: null },
      { id: ended, stage: 'ended', outcome: { result: 'signed_in', how: 'created' }, mail: 'accepted' },
    ])
    expect(await attempts().listProgress([])).toEqual([])
  })
})
