import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { giveUpMailCommand, retryMailCommand } from '../../../cli/mail.js'
import type { CliDependencies } from '../../../cli/dependencies.js'
import { createPipelineClient } from '../../../clients/temporal.js'
import type { PipelineClient } from '../../../clients/temporal.js'
import { retryMail } from '../../../support/retry-mail.js'
import { relayDeliveries, relayNudges } from '../../../worker/relay.js'
import type { Browser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { testKeyring } from '../../support/keys.js'
import { copiesTo, readMail, tokensTo } from '../../support/mail-parts.js'
import { eventually, startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'
import { hasParkedMail, standsBeforeQuestion } from '../../support/unknown-people.js'

let product: Product
let support: TestConsole
let sam: Browser
/** A Temporal that nobody reaches. */
let away: PipelineClient
let printed: string[]
beforeAll(async () => {
  product = await startProduct()
  support = await startConsole(product)
  sam = await support.signedIn('sam')
  away = createPipelineClient({ TEMPORAL_ADDRESS: '127.0.0.1:9' }, testKeyring)
})
afterAll(async () => {
  await away.close()
  await support.stop()
  await product.stop()
})
beforeEach(() => {
  printed = []
})

const cli = (pipelines = product.pipelines): CliDependencies =>
  ({
    database: product.database,
    keyring: product.apiDependencies.keyring,
    pipelines,
    print: (line: string) => printed.push(line),
  }) as unknown as CliDependencies
const post = (path: string, body: object) => sam.postJson(`/v1/support${path}`, body)
const stateOf = async (mailId: string) => (await readMail(product, mailId)).state
const addressOf = async (mailId: string): Promise<string | undefined> => {
  const { rows } = await product.testDatabase.pool.query<{ address: string }>(
    'select e.address from user_emails e join mail_messages m on m.user_email_id = e.id where m.id = $1',
    [mailId],
  )
  return rows[0]?.address
}
/** As the worker does, until the mail has come to that state. */
const relayed = (mailId: string, state: string) =>
  eventually(async () => {
    await product.testDatabase.advanceClock(3_000)
    await relayNudges({
      database: product.database,
      pipelines: product.pipelines,
      log: support.dependencies.log,
    })
    await relayDeliveries({
      database: product.database,
      pipelines: product.pipelines,
      log: support.dependencies.log,
    })
    return (await stateOf(mailId)) === state ? true : null
  })
const accepted = async (name: string) => {
  const { id, browser } = await standsBeforeQuestion(product, name)
  await browser.postJson(`/v1/attempts/${id}/decision`, { decision: 'create' }, { 'idempotency-key': 'k' })
  return eventually(async () => {
    const [mailId = ''] = await product.database.mail.listForAttempt(id)
    return mailId !== '' && (await stateOf(mailId)) === 'accepted' ? { id, browser, mailId } : null
  })
}

describe('a reason', () => {
  const words = 'A reason is needed: 1 to 500 characters'
  it.each([
    ['that is blank', ' '],
    ['of 501 characters', 'x'.repeat(501)],
    ['with an address', 'a@b.example called'],
  ])('%s is what is refused, and nothing is done', async (what, reason) => {
    const name = `reason-${what.replaceAll(' ', '-')}`
    const { mailId } = await accepted(name)
    const before = await readMail(product, mailId)
    const email = `new.${name}@people.example`
    await expect(retryMailCommand(cli(), mailId, { actor: 'sam', reason })).rejects.toThrow(words)
    await expect(retryMailCommand(cli(), mailId, { actor: 'sam', reason, email })).rejects.toThrow(words)
    await expect(giveUpMailCommand(cli(), mailId, { actor: 'sam', reason })).rejects.toThrow(words)
    for (const [path, body] of [
      ['retry', { reason }],
      ['retry', { reason, email }],
      ['give-up', { reason }],
    ] as const) {
      const answer = await post(`/mails/${mailId}/${path}`, body)
      expect(answer.json()).toMatchObject({ status: 400, code: 'bad_request', errors: [{ field: 'reason' }] })
    }
    // That the console refused stands in its audit; nothing else has changed.
    const refusals = ['staff.acted', 'staff.acted', 'staff.acted']
    expect(await readMail(product, mailId)).toEqual({ ...before, audit: [...before.audit, ...refusals] })
    expect(await addressOf(mailId)).toBe(`${name}@people.example`)
  })
})

describe('while Temporal is away', () => {
  it('a process that stops has the answer to each call before it lets go of the connection', async () => {
    const client = createPipelineClient({ TEMPORAL_ADDRESS: '127.0.0.1:9' }, testKeyring)
    const order: string[] = []
    const called = client.nudgeMail('mail/nobody').catch(() => order.push('refused'))
    await client.close()
    order.push('closed')
    await called
    expect(order).toEqual(['refused', 'closed'])
  })

  it('P56 a corrected address and its new round stand together, and the mail goes out once Temporal is back', async () => {
    const { mailId } = await accepted('mistyped-away')
    const [old = ''] = tokensTo(product, 'mistyped-away@people.example')
    await retryMailCommand(cli(away), mailId, {
      actor: 'sam',
      reason: 'typo',
      email: 'right-away@people.example',
    })
    expect(printed).toEqual([`Mail ${mailId} is sent once more.`])
    expect([await addressOf(mailId), await stateOf(mailId)]).toEqual(['right-away@people.example', 'queued'])
    expect((await readMail(product, mailId)).audit.at(-1)).toBe('mail.retried')
    await relayed(mailId, 'accepted')
    expect(copiesTo(product, 'right-away@people.example')).toHaveLength(1)
    expect(copiesTo(product, 'mistyped-away@people.example')).toHaveLength(1)
    expect(tokensTo(product, 'right-away@people.example')[0]).not.toBe(old)
    expect((await readMail(product, mailId)).round).toBe(2)
  })

  it('a mail whose run is over gets one of its own', async () => {
    const { mailId } = await hasParkedMail(product, 'run-gone-away')
    const { workflow_id: workflowId } = await readMail(product, mailId)
    await product.temporal.workflow.getHandle(workflowId).terminate()
    await retryMailCommand(cli(away), mailId, { actor: 'sam', reason: 'the person called' })
    await relayed(mailId, 'accepted')
    expect(await readMail(product, mailId)).toMatchObject({ workflow_id: `mail/${mailId}`, round: 2 })
    expect(copiesTo(product, 'run-gone-away@people.example')).toHaveLength(1)
  })

  it('a mail is given up, and its run ends once Temporal is back', async () => {
    const { mailId } = await accepted('give-up-away')
    const { workflow_id: workflowId } = await readMail(product, mailId)
    await giveUpMailCommand(cli(away), mailId, { actor: 'sam', reason: 'nobody there' })
    expect(await stateOf(mailId)).toBe('cancelled')
    // The relay owes the run a word, and says it until the run has heard it.
    const ended = product.temporal.workflow.getHandle(workflowId).result()
    let over = false
    void ended.finally(() => (over = true))
    await eventually(async () => {
      await relayed(mailId, 'cancelled')
      return over ? true : null
    })
    expect(await ended).toMatchObject({ mail: 'cancelled' })
  })
})

describe('while no worker runs', () => {
  it('a retry is queued, carried out later, and is not done twice by a second press', async () => {
    const { mailId } = await hasParkedMail(product, 'no-worker')
    await product.stopWorkers()
    const press = () => post(`/mails/${mailId}/retry`, { reason: 'mended', seen_round: 1 })
    expect([(await press()).status, (await press()).status]).toEqual([200, 200])
    const other = await post(`/mails/${mailId}/retry`, { reason: 'mended' })
    expect(other.json()).toMatchObject({ status: 409, reason: 'mail_under_way' })
    expect(await readMail(product, mailId)).toMatchObject({ state: 'queued', round: 2 })
    await product.startWorkers()
    await relayed(mailId, 'accepted')
    expect(copiesTo(product, 'no-worker@people.example')).toHaveLength(1)
  })

  it('more time that the run has not answered is told as not known yet; pressed again, or under its key, it counts once', async () => {
    const { id } = await standsBeforeQuestion(product, 'no-answer')
    const { id: keyed } = await standsBeforeQuestion(product, 'one-key')
    const press = () => post(`/attempts/${id}/extend`, { reason: 'on the phone', seen_extensions: 0 })
    const pressUnder = (key: string) =>
      sam.postJson(
        `/v1/support/attempts/${keyed}/extend`,
        { reason: 'on the phone' },
        { 'idempotency-key': key },
      )
    await product.stopWorkers()
    // Each waits 10 s for the run.
    const [first, page, unanswered] = await Promise.all([
      press(),
      sam.submit(`/attempts/${id}/extend`, { reason: 'on the phone', seen_extensions: '0' }),
      pressUnder('k'),
    ])
    expect(first.json()).toMatchObject({ status: 503, reason: 'not_known_yet', seen_extensions: 0 })
    expect(String(first.json()['detail'])).toMatch(/^Not known yet: .* it may still be done.*counts once\.$/)
    expect(page.text).toMatch(/Not known yet/)
    expect(page.text).not.toMatch(/Not done/)
    expect(unanswered.status).toBe(503)
    await product.startWorkers()
    expect((await press()).status).toBe(200)
    expect((await press()).status).toBe(200)
    expect(await product.database.attemptSearch.extensionsOf(id)).toBe(1)

    const [second, third] = [await pressUnder('k'), await pressUnder('k')]
    expect([second.status, third.text]).toEqual([200, second.text])
    expect(await product.database.attemptSearch.extensionsOf(keyed)).toBe(1)
    expect((await pressUnder('k2')).status).toBe(200)
    expect(await product.database.attemptSearch.extensionsOf(keyed)).toBe(2)
  })
})

it('a correction that comes after another round was opened is never passed over in silence', async () => {
  const { mailId } = await hasParkedMail(product, 'two-desks')
  expect((await post(`/mails/${mailId}/retry`, { reason: 'mended', seen_round: 1 })).status).toBe(200)
  await eventually(async () => ((await stateOf(mailId)) === 'accepted' ? true : null))
  const wish = { reason: 'typo', seen_round: 1, email: 'right-desk@people.example' }
  expect((await post(`/mails/${mailId}/retry`, wish)).status).toBe(200)
  await eventually(() => copiesTo(product, 'right-desk@people.example').at(0))
  expect((await post(`/mails/${mailId}/retry`, wish)).status).toBe(200)
  expect(await readMail(product, mailId)).toMatchObject({ round: 3 })
})

it('a wish that names itself opens one round, however often it is carried out', async () => {
  const { mailId } = await accepted('one-wish')
  const wish = { mailId, actor: 'sam', reason: 'outage over', request: 'many/1' }
  await retryMail(support.dependencies, wish)
  await eventually(() => copiesTo(product, 'one-wish@people.example').at(1))
  await eventually(async () => ((await stateOf(mailId)) === 'accepted' ? true : null))
  await retryMail(support.dependencies, wish)
  expect(await readMail(product, mailId)).toMatchObject({ round: 2, state: 'accepted' })
})
