import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Context } from 'koa'
import { readMailEvents, receiveMailEvents } from '../../api/acts/receive-mail-events.js'
import type { ApiDependencies } from '../../api/dependencies.js'
import { postWebhooksSendgrid } from '../../api/handlers/post-webhooks-sendgrid.js'
import { mailEventNames } from '../../domain/mail-event.js'
import type { MailEventName } from '../../domain/mail-event.js'
import { authPipelineWorkflowId } from '../../domain/workflow-ids.js'
import { searchAttributes } from '../../workflows/contract.js'
import { inLanes } from '../../domain/in-lanes.js'
import { forbiddenMoves, recordMoves } from '../support/mail-moves.js'
import { queueMail, readMail } from '../support/mail-parts.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { untilRunKnows } from '../support/until.js'

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicKey = keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')

let product: Product
beforeAll(async () => {
  product = await startProduct(() => ({ sendGridWebhookKey: publicKey }))
  await recordMoves(product.testDatabase.pool)
})
afterAll(() => product.stop())

interface Delivery {
  readonly body: string
  readonly timestamp?: string
  readonly signature?: string
}
const now = (): number => Math.floor(Date.now() / 1000)
const signed = (
  body: string,
  timestamp = String(now()),
  key: KeyObject = keys.privateKey,
): Required<Delivery> => ({
  body,
  timestamp,
  signature: sign('sha256', Buffer.from(timestamp + body), key).toString('base64'),
})
const post = async ({ body, timestamp, signature }: Delivery): Promise<number> => {
  const headers = {
    'content-type': 'application/json',
    ...(timestamp === undefined ? {} : { 'x-twilio-email-event-webhook-timestamp': timestamp }),
    ...(signature === undefined ? {} : { 'x-twilio-email-event-webhook-signature': signature }),
  }
  return (await fetch(`${product.origin}/webhooks/sendgrid`, { method: 'POST', headers, body })).status
}
const event = (tryId: string, name: string, more: object = {}) => ({
  event: name,
  try_id: tryId,
  timestamp: now(),
  email: 'x@people.example',
  ...more,
})
const tell = (...events: object[]): Promise<number> => post(signed(JSON.stringify(events)))

/** Signs somebody new in; the confirmation mail, once the provider has it, with the try that brought it there. */
const deliver = async (name: string) => {
  const browser = product.browser()
  const attemptId = attemptIdOf(await signInAtProvider(browser, name))
  await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
  return eventually(async () => {
    const { rows } = await product.testDatabase.pool.query<{
      mail_id: string
      try_id: string
      organization_id: string
    }>(
      `select m.id as mail_id, t.id as try_id, m.organization_id from mail_messages m join mail_tries t on t.mail_id = m.id
       where m.attempt_id = $1 and t.state = 'accepted'`,
      [attemptId],
    )
    const [row] = rows
    if (row === undefined) return null
    const handle = product.temporal.workflow.getHandle(authPipelineWorkflowId(row.organization_id, attemptId))
    return { mailId: row.mail_id, tryId: row.try_id, handle }
  })
}
const told = async (tryId: string): Promise<string[]> => {
  const { rows } = await product.testDatabase.pool.query<{ event: string }>(
    'select event from mail_events where try_id = $1 order by at',
    [tryId],
  )
  return rows.map((row) => row.event)
}

describe('a delivery of events', () => {
  it('A17 moves the mail, tells its run, and verifies no address', async () => {
    const { mailId, tryId, handle } = await deliver('delivered')
    expect(
      await tell(
        event(tryId, 'delivered'),
        event(tryId, 'open'),
        event(tryId, 'click', { url: 'https://x.example' }),
      ),
    ).toBe(204)
    expect(await readMail(product, mailId)).toMatchObject({ state: 'delivered', tries: ['1 delivered'] })
    expect(await told(tryId)).toEqual(['delivered'])
    await eventually(async () => {
      const state = (await handle.describe()).typedSearchAttributes.get(searchAttributes.mailState)
      return state === 'delivered' ? state : null
    })
    const { rows } = await product.testDatabase.pool.query(
      `select verified_at from user_emails where canonical = 'delivered@people.example'`,
    )
    expect(rows).toEqual([{ verified_at: null }])
  })

  it('with a bounce keeps its reason without the mailbox’s own words, audits it, tells the run, and support may retry', async () => {
    const { mailId, tryId, handle } = await deliver('bounced')
    const words = '550 5.1.1 <bounced@people.example>: no such user'
    expect(await tell(event(tryId, 'bounce', { type: 'bounce', status: '5.1.1', reason: words }))).toBe(204)
    expect(await readMail(product, mailId)).toMatchObject({
      state: 'bounced',
      reason: 'bounce 5.1.1',
      tries: ['1 bounced bounce 5.1.1'],
      audit: ['mail.accepted', 'mail.bounced'],
    })
    await untilRunKnows(handle, 'bounced')
    await handle.executeUpdate('retryEmail', { args: [{ reason: 'the mailbox exists now', actor: 'sam' }] })
    await eventually(async () => ((await readMail(product, mailId)).state === 'accepted' ? true : null))
    expect(await tell(event(tryId, 'delivered'), event(tryId, 'dropped'))).toBe(204)
    expect(await readMail(product, mailId)).toMatchObject({ state: 'accepted', round: 2 })
  })

  it('A17 counts once, however often it comes', async () => {
    const { mailId, tryId } = await deliver('repeated')
    const body = JSON.stringify([event(tryId, 'bounce', { type: 'blocked' })])
    expect(await Promise.all(Array.from({ length: 20 }, () => post(signed(body))))).toEqual(
      Array<number>(20).fill(204),
    )
    expect(await told(tryId)).toEqual(['bounce'])
    expect((await readMail(product, mailId)).audit).toEqual(['mail.accepted', 'mail.bounced'])
  })

  it('about a try that is not ours changes nothing', async () => {
    expect(await tell(event(randomUUID(), 'bounce'), { event: 'bounce', timestamp: now() })).toBe(204)
  })

  it('never makes the API fail, whatever is in it', async () => {
    const { tryId } = await deliver('fuzzed')
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record({
        event: fc.constantFrom(...mailEventNames),
        try_id: fc.constant(tryId),
        timestamp: fc.oneof(fc.integer(), fc.double(), fc.jsonValue()),
        type: fc.jsonValue(),
        status: fc.string(),
        reason: fc.string(),
      }),
    )
    const bodies = fc.sample(fc.oneof(odd, fc.array(odd)), 200).map((value) => JSON.stringify(value))
    const texts = ['', '{', '[1', 'null', '[null]', '"\\u0000"', '[[[]]]', '{"__proto__": 1}']
    const statuses = await Promise.all([...bodies, ...texts].map((body) => post(signed(body))))
    expect(new Set(statuses)).toEqual(new Set([204, 400]))
  })
})

describe('a delivery that is refused', () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const flipped = (text: string): string => {
    const bytes = Buffer.from(text)
    bytes[40] = (bytes[40] ?? 0) ^ 1
    return bytes.toString()
  }
  it.each<[string, (body: string) => Delivery]>([
    ['one bit of the body changed', (body) => ({ ...signed(body), body: flipped(body) })],
    [
      'the same JSON written otherwise',
      (body) => ({ ...signed(body), body: JSON.stringify(JSON.parse(body), null, 1) }),
    ],
    ['a byte more', (body) => ({ ...signed(body), body: `${body}\n` })],
    ['a signed time an hour old', (body) => signed(body, String(now() - 3600))],
    ['a signed time of tomorrow', (body) => signed(body, String(now() + 86_400))],
    ['another time than the signed one', (body) => ({ ...signed(body), timestamp: String(now() - 1) })],
    ['a time that is none', (body) => signed(body, 'soon')],
    ['no time', (body) => ({ body, signature: signed(body).signature })],
    ['no signature', (body) => ({ body, timestamp: String(now()) })],
    ['neither', (body) => ({ body })],
    ['an empty signature', (body) => ({ ...signed(body), signature: '' })],
    ['a signature that is no base64', (body) => ({ ...signed(body), signature: '%%%%' })],
    [
      'a signature that is no DER',
      (body) => ({ ...signed(body), signature: Buffer.alloc(70, 0x30).toString('base64') }),
    ],
    [
      'a signature cut short',
      (body) => ({ ...signed(body), signature: signed(body).signature.slice(0, 40) }),
    ],
    ['the signature of another body', (body) => ({ ...signed('[]'), body })],
    ['the signature of another key', (body) => signed(body, String(now()), other)],
  ])('A17 has %s, and no effect', async (_what, delivery) => {
    const { mailId, attemptId } = await queueMail(product, `refused-${randomUUID()}`)
    const opened = await product.database.mailTries.openTry(mailId, 1)
    expect(attemptId).not.toBe('')
    expect(await post(delivery(JSON.stringify([event(opened?.id ?? '', 'bounce')])))).toBe(400)
    expect(await readMail(product, mailId)).toMatchObject({
      state: 'sending',
      tries: ['1 sending'],
      audit: [],
    })
  })

  it('is larger than a mebibyte', async () => {
    expect(await post(signed(JSON.stringify(['x'.repeat(1024 * 1024)])))).toBe(413)
  })

  it('comes to a service that has no key to check it with', async () => {
    const { handle } = postWebhooksSendgrid({ sendGridWebhookKey: null } as ApiDependencies)
    await expect(handle({} as Context)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('events in whatever order', () => {
  const rank: Readonly<Record<string, number>> = {
    sending: 0,
    accepted: 1,
    deferred: 2,
    delivered: 3,
    suppressed: 4,
    bounced: 5,
  }
  const state: Readonly<Record<MailEventName, string>> = {
    processed: 'accepted',
    deferred: 'deferred',
    delivered: 'delivered',
    dropped: 'suppressed',
    bounce: 'bounced',
  }
  const highest = (events: readonly MailEventName[], start: string): string =>
    events
      .map((name) => state[name])
      .reduce((best, next) => ((rank[next] ?? 0) > (rank[best] ?? 0) ? next : best), start)

  it('F26 lead to one state of each try and of the mail, for 300 mails of several tries and rounds', async () => {
    const { mailId } = await queueMail(product, 'shuffled')
    const { pool } = product.testDatabase
    const { rows: copies } = await pool.query<{ id: string; older: string; first: string; second: string }>(
      `with mails as (
         insert into mail_messages (kind, user_email_id, organization_id, locale, dedupe_key, workflow_id, state, round)
         select kind, user_email_id, organization_id, locale, 'copy/' || n, 'none/' || n, 'sending', 2
         from mail_messages, generate_series(1, 300) n where id = $1 returning id
       ), tries as (
         insert into mail_tries (mail_id, round, attempt, state)
         select id, case n when 1 then 1 else 2 end, n, 'ambiguous' from mails, generate_series(1, 3) n returning id, mail_id, attempt
       )
       select mail_id as id, max(id::text) filter (where attempt = 1) as older, max(id::text) filter (where attempt = 2) as first,
         max(id::text) filter (where attempt = 3) as second
       from tries group by mail_id`,
      [mailId],
    )
    const seed = Date.now()
    const names = fc.array(fc.constantFrom(...mailEventNames), { maxLength: 3 })
    const plans = fc.sample(fc.tuple(names, names, names, fc.nat()), { numRuns: copies.length, seed })
    const silent = { ...product, log: { warn: () => undefined }, pipelines: { nudgeMail: async () => false } }

    const wrong = await inLanes(copies, 8, async (mail, index) => {
      const [older, first, second, order] = plans[index] ?? [[], [], [], 0]
      const about = (tryId: string, events: readonly MailEventName[]) =>
        events.map((name, at) => event(tryId, name, { timestamp: now() - at }))
      const all = [...about(mail.older, older), ...about(mail.first, first), ...about(mail.second, second)]
      const twice = [...all, ...all.slice(0, order % 3)]
      const [shuffled = []] = fc.sample(fc.shuffledSubarray(twice, { minLength: twice.length }), {
        numRuns: 1,
        seed: order,
      })
      await receiveMailEvents(silent as never, readMailEvents(shuffled))
      const { tries, state: mailState } = await readMail(product, mail.id)
      const expected = [
        highest(older, 'ambiguous'),
        highest(first, 'ambiguous'),
        highest(second, 'ambiguous'),
      ]
      const found = tries.map((text) => text.split(' ')[1])
      const wanted = highest([...first, ...second], 'sending')
      return mailState === wanted && found.join() === expected.join()
        ? []
        : [{ seed, shuffled, mailState, wanted, found, expected }]
    })
    expect(wrong.flat()).toEqual([])
    expect(await forbiddenMoves(pool)).toEqual([])
  })
})
