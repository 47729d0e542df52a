import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { labels, searchAttributes } from '../../workflows/contract.js'
import { decideFor } from '../support/attempts.js'
import { startSkipping } from '../support/skipping.js'
import type { Skipping } from '../support/skipping.js'

let world: Skipping
beforeAll(async () => {
  world = await startSkipping()
})
afterAll(() => world.stop())
beforeEach(() => void world.inbox.setFault({ mode: 'ok' }))

const row = async (attemptId: string) => {
  const { rows } = await world.testDatabase.pool.query<Record<string, unknown>>(
    `select a.outcome, a.outcome_how, a.outcome_user_id is not null as has_user,
       (select array_agg(m.kind || ' ' || m.state order by m.id) from mail_messages m where m.attempt_id = a.id) as mails
     from attempts a where a.id = $1`,
    [attemptId],
  )
  return rows[0]
}
const created = async (name: string) => {
  const run = await world.open(name)
  const handle = await world.start(run)
  await decideFor(world.dependencies, run.attemptId, 'create')
  await handle.signal('create')
  return { run, handle, address: `${name}@people.example` }
}
const mailsTo = (address: string) => world.inbox.messages().filter(({ to }) => to === address)
/** What an update was refused with. */
const refusalOf = (update: Promise<unknown>): Promise<string> =>
  update.then(
    () => 'not refused',
    (error: unknown) => (error as { cause?: Error }).cause?.message ?? String(error),
  )
describe('an undecided attempt', () => {
  it('P63 ends expired when its deadline has passed, and nothing is stored', async () => {
    const run = await world.open('undecided')
    const handle = await world.start(run)
    expect(await handle.result()).toEqual({ outcome: { result: 'expired' } })
    expect(await row(run.attemptId)).toEqual({
      outcome: 'expired',
      outcome_how: null,
      has_user: false,
      mails: null,
    })
  })

  it('is left alone by signals without a decision row: they carry no authority', async () => {
    const run = await world.open('nudged')
    const handle = await world.start(run)
    await handle.signal('create')
    await handle.signal('link')
    await world.sleep('30 minutes')
    expect(await row(run.attemptId)).toMatchObject({ outcome: null })
    expect(await handle.result()).toEqual({ outcome: { result: 'expired' } })
  })

  it('ends cancelled when the person says so', async () => {
    const run = await world.open('cancelled')
    const handle = await world.start(run)
    await decideFor(world.dependencies, run.attemptId, 'cancel')
    await handle.signal('cancel')
    expect(await handle.result()).toEqual({ outcome: { result: 'cancelled' } })
  })

  it('ends cancelled when an operator cancels the run', async () => {
    const run = await world.open('operator')
    const handle = await world.start(run)
    await world.sleep('1 minute')
    await handle.cancel()
    await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })
    expect(await row(run.attemptId)).toMatchObject({ outcome: 'cancelled' })
    const { typedSearchAttributes } = await handle.describe()
    const { stage, outcome } = searchAttributes
    expect([stage, outcome].map((key) => typedSearchAttributes.get(key))).toEqual(['ended', 'cancelled'])
  })

  it('is given more time by an update that says why, the second extension after the first', async () => {
    const run = await world.open('slow')
    const handle = await world.start(run)
    await world.sleep('1 second')
    const extend = (...args: unknown[]) =>
      refusalOf(handle.executeUpdate<string, [unknown]>('extend', { args: args as [unknown] }))
    expect(await extend()).toMatch(/^a reason of/)
    await handle.executeUpdate('extend', { args: [{ reason: 'at the phone' }] })
    await handle.executeUpdate('extend', { args: [{ reason: 'still at the phone' }] })
    expect(await extend({ reason: 'a third time' })).toMatch(/^there are 2 extensions/)
    await world.sleep('1 second')
    const { typedSearchAttributes } = await handle.describe()
    const minutes =
      (Number(typedSearchAttributes.get(searchAttributes.deadline)) - run.expiresAt.getTime()) / 60_000
    expect(Math.round(minutes)).toBe(120)
    await handle.terminate()
  })
})

describe('an unconfirmed address', () => {
  it('P67 is reminded of once after a day, and the run ends expired with the link', async () => {
    const { run, handle, address } = await created('reminded')
    expect(await handle.result()).toEqual({
      outcome: { result: 'signed_in', how: 'created' },
      mail: 'expired',
    })
    const [reminder, first] = mailsTo(address)
    expect(mailsTo(address)).toHaveLength(2)
    expect(reminder?.subject).not.toBe(first?.subject)
    const link = /https:\S+\/confirm\/\S+/
    expect(link.exec(reminder?.text ?? '')?.[0]).toBe(link.exec(first?.text ?? 'none')?.[0])
    expect(await row(run.attemptId)).toMatchObject({
      mails: ['confirmation expired', 'confirmation_reminder accepted'],
    })
  })

  it("P67 is reminded of also where the run reads the provider's word just then", async () => {
    const { run, handle, address } = await created('reminded-late')
    await world.sleep('23 hours')
    await world.testDatabase.pool.query(
      `update mail_messages set state = 'delivered' where attempt_id = $1`,
      [run.attemptId],
    )
    expect(await handle.result()).toMatchObject({ mail: 'expired' })
    expect(mailsTo(address)).toHaveLength(2)
  })

  it('ends the run confirmed once the address is confirmed', async () => {
    const { run, handle } = await created('confirmed')
    await world.sleep('1 hour')
    await world.testDatabase.pool.query(
      `update user_emails set verified_at = app.now() where canonical = 'confirmed@people.example'`,
    )
    await handle.signal('mailChanged')
    expect(await handle.result()).toEqual({
      outcome: { result: 'signed_in', how: 'created' },
      mail: 'confirmed',
    })
    expect(await row(run.attemptId)).toMatchObject({ outcome_how: 'created' })
  })
})

describe('a mail that cannot be sent', () => {
  it('is parked after a day of tries, waits for support, and goes out when support retries it', async () => {
    world.inbox.setFault({ mode: '500' })
    const { run, handle, address } = await created('parked')
    await world.sleep('25 hours')
    expect(await row(run.attemptId)).toMatchObject({ mails: ['confirmation parked'] })
    await expect(refusalOf(handle.executeUpdate('retryEmail', { args: [{ reason: '' }] }))).resolves.toMatch(
      /reason/,
    )

    world.inbox.setFault({ mode: 'ok' })
    expect(await handle.executeUpdate('retryEmail', { args: [{ reason: 'provider is back' }] })).toBe(
      labels.retried,
    )
    await world.sleep('1 minute')
    expect(mailsTo(address)).toHaveLength(1)
    expect(await row(run.attemptId)).toMatchObject({ mails: ['confirmation accepted'] })
    await handle.terminate()
  })

  it('is over for good when support gives it up while it is being tried', async () => {
    world.inbox.setFault({ mode: '503' })
    const { run, handle } = await created('givenup')
    await world.sleep('10 minutes')
    await handle.executeUpdate('giveUpEmail', {
      args: [{ reason: 'the address does not exist', actor: 'sam' }],
    })
    expect(await handle.result()).toEqual({
      outcome: { result: 'signed_in', how: 'created' },
      mail: 'cancelled',
    })
    expect(await row(run.attemptId)).toMatchObject({ mails: ['confirmation cancelled'] })
  })

  it('is refused a retry while it is being tried', async () => {
    world.inbox.setFault({ mode: '500' })
    const { handle } = await created('busy')
    await world.sleep('1 minute')
    await expect(
      refusalOf(handle.executeUpdate('retryEmail', { args: [{ reason: 'impatient' }] })),
    ).resolves.toMatch(/already/)
    await handle.terminate()
  })

  it('is parked at once where the provider refuses it for good, and expires after seven days', async () => {
    world.inbox.setFault({ mode: '400' })
    const { run, handle } = await created('refused')
    await world.sleep('6 days')
    expect(await row(run.attemptId)).toMatchObject({ mails: ['confirmation parked'] })
    expect(await handle.result()).toMatchObject({ mail: 'expired' })
  })
})
