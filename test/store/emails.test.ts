import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { EmailAddress } from '../../domain/email-address.js'
import type { Stores } from '../../store/stores.js'
import type { UserEmail } from '../../store/users.js'
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

const emailOf = async (userId: string): Promise<UserEmail> => {
  const [email] = await world.database.users.listEmails(userId)
  if (email === undefined) throw new Error('the user has no address')
  return email
}
const holder = async (email: EmailAddress, verified = false): Promise<UserEmail> =>
  emailOf(await world.user(email, verified))
const codeOf = async (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => 'done',
    (error: unknown) => world.database.refusalOf(error),
  )
const holders = (canonical: string): Promise<{ id: string; verified: boolean }[]> =>
  world.rows('select id, verified_at is not null as verified from user_emails where canonical = $1', [
    canonical,
  ])
/** A promise, and the function that keeps it. */
const gate = (): { readonly opened: Promise<void>; open(): void } => {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}

describe('a verified address', () => {
  it('T19 has one holder, in any spelling; unverified it may have many', async () => {
    const email = world.email()
    const shouted = { ...email, address: email.address.toUpperCase() }
    const [one, other] = [await holder(email), await holder(shouted)]
    expect(await codeOf(world.database.users.markVerified(one.id))).toBe('done')
    expect(await codeOf(world.database.users.markVerified(other.id))).toBe('email_taken')
    expect(await codeOf(world.user(shouted, true))).toBe('email_taken')
    expect(await codeOf(world.user(shouted, false))).toBe('done')
    expect(await codeOf(world.database.users.markVerified(one.id))).toBe('done')
  })

  it('is verified once: a second time keeps the first moment', async () => {
    const { id } = await holder(world.email())
    const at = (): Promise<object[]> => world.rows('select verified_at from user_emails where id = $1', [id])
    await world.database.users.markVerified(id)
    const first = await at()
    await test.advanceClock(1000)
    await world.database.users.markVerified(id)
    expect(await at()).toEqual(first)
  })

  it.each([
    ['commits', 'email_taken'],
    ['rolls back', 'done'],
  ])('waits for a transaction that verifies the same one, which then %s', async (end, code) => {
    const email = world.email()
    const [one, other] = [await holder(email), await holder(email)]
    const [marked, ending] = [gate(), gate()]
    const first = world.database.transaction(async (stores) => {
      await stores.users.markVerified(one.id)
      marked.open()
      await ending.opened
      if (end === 'rolls back') throw new Error('on purpose')
    })
    await marked.opened
    const second = codeOf(world.database.users.markVerified(other.id))
    const waits = await waiting()
    ending.open()
    await first.catch(() => undefined)
    expect([waits, await second]).toEqual([1, code])
    expect((await holders(email.canonical)).filter(({ verified }) => verified)).toHaveLength(1)
  })

  it('A24 goes to one of each pair that comes at once', async () => {
    const pairs = Array.from({ length: 20 }, () => world.email())
    const codes = await Promise.all(
      pairs.map(async (email) =>
        Promise.all([
          codeOf(world.user(email, true)),
          codeOf(world.user({ ...email, address: email.address.toUpperCase() }, true)),
        ]),
      ),
    )
    expect(codes.map((pair) => pair.toSorted())).toEqual(pairs.map(() => ['done', 'email_taken']))
  })

  it('A24 goes to one of two users that confirm it at once, and the other is told without an error of the server', async () => {
    const email = world.email()
    const addresses = [await holder(email), await holder(email)]
    let arrived = 0
    const both = gate()
    const confirm = (id: string): Promise<string> =>
      world.database.transaction(async (stores: Stores) => {
        const locked = await stores.users.lockEmail(id)
        if (locked === null) return 'gone'
        if ((arrived += 1) === 2) both.open()
        await both.opened
        await stores.users.markVerified(locked.id)
        await stores.users.dropUnverifiedCopies(locked.canonical, locked.userId)
        return 'done'
      })
    const answers = await Promise.all(addresses.map(({ id }) => confirm(id)))
    expect(answers.toSorted()).toEqual(['done', 'gone'])
    expect(await holders(email.canonical)).toEqual([
      { id: addresses[answers.indexOf('done')]?.id, verified: true },
    ])
  })
})

describe('who holds an address', () => {
  it('may be asked to prove it while active, and keeps it in any case', async () => {
    const email = world.email()
    const { users, addresses } = world.database
    const ask = async (): Promise<(string | null | undefined)[]> => [
      await users.verifiedHolder(email.canonical),
      (await addresses.holderOf(email.canonical))?.userId,
    ]
    expect(await ask()).toEqual([null, undefined])
    const { id, userId } = await holder(email)
    expect(await ask()).toEqual([null, undefined])
    await users.markVerified(id)
    expect(await ask()).toEqual([userId, userId])
    for (const status of ['suspended', 'inactive']) {
      await world.rows('update users set status = $2 where id = $1', [userId, status])
      expect(await ask()).toEqual([null, userId])
    }
  })
})

describe('dropUnverifiedCopies', () => {
  it('takes the address from all who held it unverified, with the mails to it, and tells from whom', async () => {
    const email = world.email()
    const organizationId = await world.organization()
    const owner = await holder(email, true)
    const losers = [await holder(email), await holder(email)]
    const bystander = await holder(world.email())
    for (const { id } of [...losers, bystander]) {
      await world.database.mail.enqueue({
        kind: 'confirmation',
        userEmailId: id,
        organizationId,
        attemptId: null,
        locale: 'en',
        dedupeKey: id,
      })
    }
    const dropped = await world.database.users.dropUnverifiedCopies(email.canonical, owner.userId)
    expect(dropped.toSorted()).toEqual(losers.map(({ userId }) => userId).toSorted())
    expect(await holders(email.canonical)).toEqual([{ id: owner.id, verified: true }])
    expect(await world.rows('select user_email_id from mail_messages')).toEqual([
      { user_email_id: bystander.id },
    ])
    for (const { userId } of losers) {
      expect(await world.database.users.find(userId)).toMatchObject({ id: userId, status: 'active' })
      expect(await world.database.users.listEmails(userId)).toEqual([])
    }
  })

  it('leaves the own unverified address and those of others that are verified', async () => {
    const [own, verified] = [await holder(world.email()), await holder(world.email(), true)]
    expect(await world.database.users.dropUnverifiedCopies(own.canonical, own.userId)).toEqual([])
    expect(await world.database.users.dropUnverifiedCopies(verified.canonical, own.userId)).toEqual([])
    expect([
      await world.database.users.findEmail(own.id),
      await world.database.users.findEmail(verified.id),
    ]).toEqual([own, verified])
  })
})

describe('lockEmail', () => {
  it('keeps others from the address until the transaction ends', async () => {
    const { id } = await holder(world.email())
    const probe = (): Promise<unknown> =>
      world.rows('select id from user_emails where id = $1 for update nowait', [id])
    await world.database.transaction(async (stores) => {
      expect(await stores.users.lockEmail(id)).toMatchObject({ id })
      await expect(probe()).rejects.toMatchObject({ code: '55P03' })
    })
    expect(await probe()).toEqual([{ id }])
  })

  it('is null for an address that is not there', async () => {
    expect(await world.database.users.lockEmail('00000000-0000-7000-8000-000000000000')).toBeNull()
  })
})

describe('a confirmation nonce', () => {
  it('comes back in base64url with a time in milliseconds, and expires after 48 h by the database clock', async () => {
    const { id } = await holder(world.email())
    const nonce = Buffer.from('fb'.repeat(16) + 'ff'.repeat(16), 'hex')
    await world.database.users.setConfirmationNonce(id, nonce)
    const drawn = (await world.database.users.findEmail(id))?.confirmation
    expect(drawn).toEqual({ nonce: nonce.toString('base64url'), issuedAt: expect.any(Date), expired: false })
    const [kept] = await world.rows<{ exact: boolean }>(
      'select confirmation_issued_at = $2::timestamptz as exact from user_emails where id = $1',
      [id, drawn?.issuedAt.toISOString()],
    )
    expect(kept).toEqual({ exact: true })

    await test.advanceClock(48 * 3_600_000 - 60_000)
    expect((await world.database.users.findEmail(id))?.confirmation?.expired).toBe(false)
    await test.advanceClock(60_000)
    expect((await world.database.users.findEmail(id))?.confirmation?.expired).toBe(true)
  })

  it('replaces the former one', async () => {
    const { id } = await holder(world.email())
    const nonces = [randomBytes(32), randomBytes(32)]
    for (const nonce of nonces) await world.database.users.setConfirmationNonce(id, nonce)
    expect((await world.database.users.findEmail(id))?.confirmation?.nonce).toBe(
      nonces[1]?.toString('base64url'),
    )
  })
})

describe('replaceEmail', () => {
  it.each([true, false])(
    'puts an unverified address in the place of one that is primary: %s',
    async (isPrimary) => {
      const former = await holder(world.email())
      await world.rows('update user_emails set is_primary = $2 where id = $1', [former.id, isPrimary])
      const by = world.email()
      const id = await world.database.transaction((stores) => stores.users.replaceEmail(former.id, by))
      await world.database.users.deleteEmail(former.id)
      expect(await world.database.users.listEmails(former.userId)).toEqual([
        {
          id,
          userId: former.userId,
          address: by.address,
          canonical: by.canonical,
          isPrimary,
          verified: false,
          confirmation: null,
        },
      ])
    },
  )
})

/** How many statements wait for a lock in this database, once one does. */
async function waiting(): Promise<number> {
  for (;;) {
    const [row] = await world.rows<{ waiting: number }>(
      `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (row !== undefined && row.waiting > 0) return row.waiting
  }
}
