import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createBeginRound } from '../../activities/begin-round.js'
import { createGiveUpMail } from '../../activities/give-up-mail.js'
import { createQueueReminder } from '../../activities/queue-reminder.js'
import { createSendMail } from '../../activities/send-mail.js'
import type { MailTransport } from '../../clients/sendgrid.js'
import type { SendResult } from '../../domain/mail.js'
import { forbiddenMoves } from '../support/mail-moves.js'
import { copiesTo, queueMail, readMail, startMailParts, tokensTo } from '../support/mail-parts.js'

let parts: Awaited<ReturnType<typeof startMailParts>>
beforeAll(async () => {
  parts = await startMailParts()
})
afterAll(() => parts.stop())
beforeEach(async () => {
  parts.inbox.setFault({ mode: 'ok' })
  await parts.testDatabase.pool.query('update mail_transport set paused_until = null, reason = null')
})

const hours = 3_600_000
const pass = (ms: number) => parts.testDatabase.advanceClock(ms)
const send = (mailId: string, round = 1) => createSendMail(parts.dependencies)({ mailId, round })
/** What Temporal would wait before the next try: `type`, and the delay in seconds where the failure names one. */
const sendAndFail = (mailId: string, round = 1): Promise<[type: string, seconds: number | null]> =>
  send(mailId, round).then(
    () => ['did not fail', null],
    (error: unknown) => {
      const { type, nextRetryDelay } = error as { type?: string; nextRetryDelay?: number }
      return [type ?? String(error), nextRetryDelay === undefined ? null : nextRetryDelay / 1000]
    },
  )
/** A worker whose provider answers when the test lets it. */
const slowWorker = (transport: MailTransport = parts.dependencies.transport) => {
  let answer: (result?: SendResult) => void = () => undefined
  let reach = (): void => undefined
  const reached = new Promise<void>((resolve) => (reach = resolve))
  const answered = new Promise<SendResult | undefined>((resolve) => (answer = resolve))
  const sendMail = createSendMail({
    ...parts.dependencies,
    transport: {
      async send(mail) {
        reach()
        return (await answered) ?? transport.send(mail)
      },
    },
  })
  return { sendMail, reached, answer: (result?: SendResult) => answer(result) }
}

describe('an answer that the provider gives', () => {
  it('P52 with 202 is one accepted mail, and a repeated call sends nothing', async () => {
    const { mailId, address } = await queueMail(parts, 'accepted')
    const first = await send(mailId)
    expect(first).toMatchObject({ state: 'accepted', round: 1 })
    expect(await send(mailId)).toEqual(first)
    expect(copiesTo(parts, address)).toHaveLength(1)
    expect(await readMail(parts, mailId)).toMatchObject({
      state: 'accepted',
      tries: ['1 accepted'],
      audit: ['mail.accepted'],
    })
  })

  it.each(['401', '403'] as const)(
    'F22 with %s pauses the transport for all and burns nothing',
    async (mode) => {
      parts.inbox.setFault({ mode })
      const [first, second] = [
        await queueMail(parts, `key-${mode}`),
        await queueMail(parts, `key-${mode}-second`),
      ]
      const [type, seconds] = await sendAndFail(first.mailId)
      expect([type, Math.floor((seconds ?? 0) / 10)]).toEqual(['paused', 6])
      expect(await sendAndFail(second.mailId)).toEqual(['paused', expect.any(Number)])
      expect(await readMail(parts, second.mailId)).toMatchObject({ state: 'queued', tries: [] })

      for (let delay = seconds; delay !== null && (await readMail(parts, first.mailId)).tries.length < 10;) {
        await pass(delay * 1000)
        ;[, delay] = await sendAndFail(first.mailId)
      }
      expect((await parts.dependencies.database.mail.find(first.mailId))?.roundSeconds).toBeLessThan(10)
      parts.inbox.setFault({ mode: 'ok' })
      await pass(67_000)
      expect(await send(first.mailId)).toMatchObject({ state: 'accepted' })
    },
  )

  it.each(['400', '413'] as const)('F22 with %s parks the mail at once', async (mode) => {
    parts.inbox.setFault({ mode })
    const { mailId } = await queueMail(parts, `refused-${mode}`)
    expect(await send(mailId)).toMatchObject({ state: 'parked' })
    expect(await readMail(parts, mailId)).toMatchObject({
      state: 'parked',
      reason: `http_${mode}`,
      tries: [`1 refused http_${mode}`],
      audit: ['mail.parked'],
    })
  })

  it('F20 with 429 pauses everybody until the time it names, and costs no budget', async () => {
    parts.inbox.setFault({ mode: '429', retry_after: 200 })
    const [first, second] = [await queueMail(parts, 'limited'), await queueMail(parts, 'limited-second')]
    const [type, seconds] = await sendAndFail(first.mailId)
    expect(type).toBe('paused')
    expect(seconds).toBeGreaterThanOrEqual(200)
    expect(seconds).toBeLessThan(221)
    const calls = parts.inbox.requests().length
    expect(await sendAndFail(second.mailId)).toEqual(['paused', expect.any(Number)])
    expect(parts.inbox.requests()).toHaveLength(calls)
    expect((await readMail(parts, first.mailId)).paused_seconds).toBeGreaterThanOrEqual(200)

    parts.inbox.setFault({ mode: 'ok' })
    await pass(201_000)
    expect(await Promise.all([send(first.mailId), send(second.mailId)])).toMatchObject([
      { state: 'accepted' },
      { state: 'accepted' },
    ])
  })

  it('looks again after five minutes at the latest, so that a pause which support lifts ends soon', async () => {
    parts.inbox.setFault({ mode: '429', retry_after: 3000 })
    const { mailId } = await queueMail(parts, 'long-pause')
    expect((await sendAndFail(mailId))[1]).toBeLessThanOrEqual(330)
    expect((await sendAndFail(mailId))[1]).toBeLessThanOrEqual(330)
  })
})

describe('a send whose fate is not known', () => {
  it('F24 goes out again after 90 s with the same link, three times at most, and is parked then', async () => {
    parts.inbox.setFault({ mode: 'accept_then_silence' })
    const { mailId, address } = await queueMail(parts, 'silent')
    for (let copy = 1; copy <= 3; copy++) {
      const [type, seconds] = await sendAndFail(mailId)
      expect([type, copiesTo(parts, address).length]).toEqual(['ambiguous', copy])
      expect(seconds).toBeGreaterThanOrEqual(90)
      await pass(60_000)
      expect((await sendAndFail(mailId))[0]).toBe('ambiguous')
      await pass(31_000)
    }
    expect(await send(mailId)).toMatchObject({ state: 'parked' })
    expect(await readMail(parts, mailId)).toMatchObject({ reason: 'copies_used_up', audit: ['mail.parked'] })
    expect(new Set(tokensTo(parts, address)).size).toBe(1)
  })

  it('is not tried again behind the back of a person who wants it once more: that is one copy more', async () => {
    parts.inbox.setFault({ mode: 'accept_then_silence' })
    const { mailId, address } = await queueMail(parts, 'silent-retried')
    for (let copy = 1; copy <= 3; copy++) {
      await sendAndFail(mailId)
      await pass(91_000)
    }
    await send(mailId)
    expect(
      await createBeginRound(parts.dependencies)({
        mailId,
        actor: 'sam',
        reason: 'once more',
        request: 'r1',
      }),
    ).toBe(2)
    expect((await sendAndFail(mailId, 2))[0]).toBe('ambiguous')
    await pass(91_000)
    expect(await send(mailId, 2)).toMatchObject({ state: 'parked', round: 2 })
    expect(copiesTo(parts, address)).toHaveLength(4)
  })

  it('P53 F02 of a worker that died is flagged, and goes out again once', async () => {
    const { mailId, address } = await queueMail(parts, 'worker-died')
    const dead = slowWorker()
    void dead.sendMail({ mailId, round: 1 })
    await dead.reached
    expect((await sendAndFail(mailId))[0]).toBe('ambiguous')
    await pass(91_000)
    expect(await send(mailId)).toMatchObject({ state: 'accepted' })
    expect((await readMail(parts, mailId)).tries).toEqual(['1 ambiguous worker_lost', '1 accepted'])
    expect(copiesTo(parts, address)).toHaveLength(1)
  })

  it('is known once the provider tells of it, and nothing goes out again', async () => {
    parts.inbox.setFault({ mode: 'accept_then_silence' })
    const { mailId, address } = await queueMail(parts, 'told')
    await sendAndFail(mailId)
    await parts.testDatabase.pool.query(`update mail_tries set state = 'delivered' where mail_id = $1`, [
      mailId,
    ])
    await parts.dependencies.database.mail.setState(mailId, 'delivered')
    await pass(91_000)
    expect(await send(mailId)).toMatchObject({ state: 'delivered' })
    expect(copiesTo(parts, address)).toHaveLength(1)
  })
})

describe('a worker that wakes up late', () => {
  it('F03 brings the yes of a try that was given up: it counts, and nothing more is sent', async () => {
    const { mailId, address } = await queueMail(parts, 'zombie')
    const zombie = slowWorker()
    const late = zombie.sendMail({ mailId, round: 1 })
    await zombie.reached
    expect((await sendAndFail(mailId))[0]).toBe('ambiguous')
    zombie.answer()
    expect(await late).toMatchObject({ state: 'accepted' })
    await pass(91_000)
    expect(await send(mailId)).toMatchObject({ state: 'accepted' })
    expect(copiesTo(parts, address)).toHaveLength(1)
    expect(await readMail(parts, mailId)).toMatchObject({
      tries: ['1 accepted worker_lost'],
      audit: ['mail.accepted'],
    })
  })

  it('F03 after the next one has sent changes nothing, and the mail is accepted once', async () => {
    const { mailId } = await queueMail(parts, 'zombie-after')
    const zombie = slowWorker()
    const late = zombie.sendMail({ mailId, round: 1 })
    await zombie.reached
    await sendAndFail(mailId)
    await pass(91_000)
    const accepted = await send(mailId)
    zombie.answer()
    expect(await late).toEqual(accepted)
    expect(await readMail(parts, mailId)).toMatchObject({
      tries: ['1 accepted worker_lost', '1 accepted'],
      audit: ['mail.accepted'],
    })
  })

  it.each<[string, SendResult]>([
    ['no', { kind: 'refused', reason: 'http_400' }],
    ['an outage', { kind: 'retry', reason: 'http_500' }],
    ['silence', { kind: 'ambiguous', reason: 'econnaborted' }],
  ])('F03 brings %s, which the try that was given up does not take', async (name, result) => {
    const { mailId } = await queueMail(parts, `zombie-${name.replace(' ', '-')}`)
    const zombie = slowWorker()
    const late = zombie.sendMail({ mailId, round: 1 }).catch((error: unknown) => error)
    await zombie.reached
    await sendAndFail(mailId)
    zombie.answer(result)
    await late
    expect(await readMail(parts, mailId)).toMatchObject({
      state: 'sending',
      tries: ['1 ambiguous worker_lost'],
      audit: [],
    })
  })

  it('F03 finds that support has gone on, and leaves the new round alone', async () => {
    const { mailId } = await queueMail(parts, 'zombie-old-round')
    const zombie = slowWorker()
    const late = zombie.sendMail({ mailId, round: 1 })
    await zombie.reached
    await parts.testDatabase.pool.query(`update mail_messages set state = 'parked' where id = $1`, [mailId])
    await createBeginRound(parts.dependencies)({ mailId, actor: 'sam', reason: 'go on', request: 'r1' })
    zombie.answer()
    expect(await late).toMatchObject({ state: 'queued', round: 2 })
    expect(await send(mailId, 1)).toMatchObject({ state: 'queued', round: 2 })
    expect(await send(mailId, 2)).toMatchObject({ state: 'accepted', round: 2 })
    expect((await readMail(parts, mailId)).tries).toEqual(['1 accepted', '2 accepted'])
  })

  it('F03 twenty at once send one message', async () => {
    const { mailId, address } = await queueMail(parts, 'crowd')
    const ends = await Promise.all(Array.from({ length: 20 }, () => sendAndFail(mailId)))
    expect(ends.filter(([type]) => type === 'did not fail').length).toBeGreaterThanOrEqual(1)
    expect(copiesTo(parts, address)).toHaveLength(1)
    expect((await readMail(parts, mailId)).audit).toEqual(['mail.accepted'])
  })

  it('meets an event that was faster than the answer, and the mail does not move back', async () => {
    const { mailId } = await queueMail(parts, 'overtaken')
    const worker = slowWorker()
    const sent = worker.sendMail({ mailId, round: 1 })
    await worker.reached
    await parts.testDatabase.pool.query(`update mail_tries set state = 'delivered' where mail_id = $1`, [
      mailId,
    ])
    await parts.dependencies.database.mail.setState(mailId, 'delivered')
    worker.answer()
    expect(await sent).toMatchObject({ state: 'delivered' })
    expect(await readMail(parts, mailId)).toMatchObject({ state: 'delivered', tries: ['1 delivered'] })
  })
})

describe('what a mail carries', () => {
  it('is a fresh link where the old one has less than 12 h to live, and the old one is void', async () => {
    const { mailId, address } = await queueMail(parts, 'nearly-over')
    await send(mailId)
    await pass(37 * hours)
    await createBeginRound(parts.dependencies)({ mailId, actor: 'sam', reason: 'never came', request: 'r1' })
    const { waitUntil } = await send(mailId, 2)
    const [old, fresh] = tokensTo(parts, address)
    expect(fresh).not.toBe(old)
    const { rows } = await parts.testDatabase.pool.query<{ now: Date }>('select app.now() as now')
    expect(Math.round((waitUntil - (rows[0]?.now.getTime() ?? 0)) / hours)).toBe(48)
  })

  it('is the same link where it has 12 h and more, and the mail says how long it still works', async () => {
    const { mailId, address } = await queueMail(parts, 'still-good')
    await send(mailId)
    await pass(35 * hours)
    await createBeginRound(parts.dependencies)({ mailId, actor: 'sam', reason: 'never came', request: 'r1' })
    await send(mailId, 2)
    const [first, second] = tokensTo(parts, address)
    expect(second).toBe(first)
    expect(copiesTo(parts, address).at(-1)?.text).toMatch(/13 hours/)
  })

  it('is gone for a reminder whose link has expired: nothing is sent', async () => {
    const { mailId, address } = await queueMail(parts, 'late-reminder')
    await send(mailId)
    await pass(40 * hours)
    const reminder = (await createQueueReminder(parts.dependencies)({ mailId })) ?? ''
    expect(await createQueueReminder(parts.dependencies)({ mailId })).toBe(reminder)
    expect(await createQueueReminder(parts.dependencies)({ mailId: reminder })).toBeNull()
    parts.inbox.setFault({ mode: '500' })
    expect((await sendAndFail(reminder))[0]).toBe('http_500')
    await pass(9 * hours)
    parts.inbox.setFault({ mode: 'ok' })
    expect(await send(reminder)).toMatchObject({ state: 'expired' })
    expect(copiesTo(parts, address)).toHaveLength(1)
  })

  it('is nothing once the address is confirmed, or the mail given up with its reminder', async () => {
    const [confirmed, givenUp] = [
      await queueMail(parts, 'was-confirmed'),
      await queueMail(parts, 'was-given-up'),
    ]
    await parts.testDatabase.pool.query(
      `update user_emails set verified_at = app.now() where canonical = $1`,
      [confirmed.address],
    )
    expect(await send(confirmed.mailId)).toMatchObject({ state: 'confirmed' })
    const reminder = (await createQueueReminder(parts.dependencies)({ mailId: givenUp.mailId })) ?? ''
    await createGiveUpMail(parts.dependencies)({
      mailId: givenUp.mailId,
      actor: 'sam',
      reason: 'left the company',
    })
    expect(await Promise.all([send(givenUp.mailId), send(reminder)])).toMatchObject([
      { state: 'cancelled' },
      { state: 'cancelled' },
    ])
    expect(copiesTo(parts, confirmed.address)).toHaveLength(0)
    expect(copiesTo(parts, givenUp.address)).toHaveLength(0)
  })

  it('goes with its address', async () => {
    const { mailId, address } = await queueMail(parts, 'address-gone')
    await parts.testDatabase.pool.query('delete from user_emails where canonical = $1', [address])
    expect(await send(mailId)).toMatchObject({ state: 'cancelled' })
  })
})

describe('the budget of a round', () => {
  it('is a day of tries; then the mail is parked', async () => {
    parts.inbox.setFault({ mode: '503' })
    const { mailId } = await queueMail(parts, 'spent')
    await sendAndFail(mailId)
    await pass(24 * hours + 1_000)
    expect(await send(mailId)).toMatchObject({ state: 'parked' })
    expect(await readMail(parts, mailId)).toMatchObject({ reason: 'budget_used_up', audit: ['mail.parked'] })
  })

  it('begins anew with each round', async () => {
    parts.inbox.setFault({ mode: '503' })
    const { mailId } = await queueMail(parts, 'spent-twice')
    await pass(25 * hours)
    await send(mailId)
    await createBeginRound(parts.dependencies)({
      mailId,
      actor: 'sam',
      reason: 'the provider is back',
      request: 'r1',
    })
    expect((await sendAndFail(mailId, 2))[0]).toBe('http_503')
    await pass(23 * hours)
    parts.inbox.setFault({ mode: 'ok' })
    expect(await send(mailId, 2)).toMatchObject({ state: 'accepted' })
  })

  it('does not outlive the seven days for which a mail is held', async () => {
    parts.inbox.setFault({ mode: '401' })
    const { mailId } = await queueMail(parts, 'held-too-long')
    await sendAndFail(mailId)
    await pass(7 * 24 * hours)
    expect(await send(mailId)).toMatchObject({ state: 'expired' })
  })
})

it('I13 no mail made a forbidden move', async () => {
  expect(await forbiddenMoves(parts.testDatabase.pool)).toEqual([])
})
