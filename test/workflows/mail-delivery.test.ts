import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { WorkflowHandle } from '@temporalio/client'
import { readLink } from '../../api/acts/confirm-email.js'
import { receiveMailEvents } from '../../api/acts/receive-mail-events.js'
import type { ApiDependencies } from '../../api/dependencies.js'
import { setHash } from '../../activities/confirm-email.js'
import { createLogger } from '../../clients/log.js'
import { createSendGridTransport } from '../../clients/sendgrid.js'
import type { SendResult } from '../../domain/mail.js'
import type { MailEventName } from '../../domain/mail-event.js'
import { bulkMailWorkflowId } from '../../domain/workflow-ids.js'
import { bulkMailWorkflowType, searchAttributes, taskQueues } from '../../workflows/contract.js'
import { decideFor } from '../support/attempts.js'
import { membersToTell } from '../support/members-to-tell.js'
import { forbiddenMoves, recordMoves } from '../support/mail-moves.js'
import { copiesTo, gapsOf, readMail, tokensTo } from '../support/mail-parts.js'
import type { Product } from '../support/product.js'
import { startSkipping } from '../support/skipping.js'
import type { Skipping } from '../support/skipping.js'

/** What the transport answers for addresses that begin so; the others reach the sink. */
const nowhere = createSendGridTransport({
  apiKey: 'SG.test',
  baseUrl: 'http://127.0.0.1:1',
  from: { name: 'Nobody', email: 'nobody@auth-pipeline.example' },
  timeout: 500,
})
const troubles: Readonly<Record<string, SendResult>> = {
  'never-': { kind: 'retry', reason: 'http_500' },
  'wrong-': { kind: 'refused', reason: 'http_400' },
}

let world: Skipping
beforeAll(async () => {
  world = await startSkipping(({ transport }) => ({
    transport: {
      async send(mail) {
        const trouble = Object.keys(troubles).find((start) => mail.to.startsWith(start))
        if (trouble !== undefined) return troubles[trouble] as SendResult
        return mail.to.startsWith('unreachable') ? nowhere.send(mail) : transport.send(mail)
      },
    },
  }))
  await recordMoves(world.testDatabase.pool)
})
afterAll(() => world.stop())
beforeEach(() => void world.inbox.setFault({ mode: 'ok' }))

const created = async (name: string) => {
  const run = await world.open(name)
  const handle = await world.start(run)
  await decideFor(world.dependencies, run.attemptId, 'create')
  await handle.signal('create')
  const mailId = await mailOf(handle, run.attemptId)
  return { run, handle, mailId, address: `${name}@people.example` }
}
/** Time passes until the run has queued its mail. */
const mailOf = async (handle: WorkflowHandle, attemptId: string): Promise<string> => {
  for (;;) {
    const [id] = await world.dependencies.database.mail.listForAttempt(attemptId)
    if (id !== undefined) return id
    await world.sleep('100ms')
  }
}
const requestsTo = (address: string) => world.inbox.requests().filter(({ to }) => to.includes(address))
/** An event of the provider about the newest try of a mail, as the webhook takes it. */
const tell = async (mailId: string, event: MailEventName): Promise<void> => {
  const { rows } = await world.testDatabase.pool.query<{ id: string }>(
    'select id from mail_tries where mail_id = $1 order by id desc limit 1',
    [mailId],
  )
  const { client } = world.environment
  const api = {
    ...world.dependencies,
    log: createLogger('test', 'silent'),
    pipelines: {
      nudgeMail: (id: string) =>
        client.workflow
          .getHandle(id)
          .signal('mailChanged')
          .then(() => true),
    },
  } as unknown as ApiDependencies
  await receiveMailEvents(api, [{ tryId: rows[0]?.id ?? '', event, reason: null, at: new Date() }])
}
const searchState = async (handle: WorkflowHandle): Promise<string | undefined> =>
  (await handle.describe()).typedSearchAttributes.get(searchAttributes.mailState)
const historyLength = async (handle: WorkflowHandle): Promise<number> =>
  (await handle.fetchHistory()).events?.length ?? 0

describe('a provider in trouble', () => {
  it('P51 F21 is tried again after 2 s, then twice as long, at most 5 min', async () => {
    world.inbox.setFault({ mode: '503', times: 10 })
    const { handle, mailId } = await created('growing')
    await world.sleep('30 minutes')
    const gaps = await gapsOf(world, mailId)
    expect(gaps.map(Math.floor)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
    expect(await readMail(world, mailId)).toMatchObject({ state: 'accepted', audit: ['mail.accepted'] })
    await handle.terminate()
  })

  it('F21 that cannot be reached is tried as often', async () => {
    const { handle, mailId } = await created('unreachable')
    await world.sleep('1 minute')
    expect((await readMail(world, mailId)).tries).toEqual(Array<string>(5).fill('1 failed econnrefused'))
    await handle.terminate()
  })

  it('F20 that asks to wait is left alone by everybody until then', async () => {
    world.inbox.setFault({ mode: '429', retry_after: 1200 })
    const first = await created('limited')
    await world.sleep('10 seconds')
    const second = await created('limited-second')
    await world.sleep('19 minutes')
    expect([requestsTo(first.address), requestsTo(second.address)]).toMatchObject([[{ status: 429 }], []])
    expect(await readMail(world, second.mailId)).toMatchObject({ state: 'queued', tries: [] })

    world.inbox.setFault({ mode: 'ok' })
    await world.sleep('7 minutes')
    expect((await readMail(world, first.mailId)).tries).toEqual(['1 failed http_429', '1 accepted'])
    expect((await readMail(world, second.mailId)).tries).toEqual(['1 accepted'])
    expect((await readMail(world, first.mailId)).paused_seconds).toBeGreaterThanOrEqual(1200)
    await Promise.all([first.handle.terminate(), second.handle.terminate()])
  })

  it.each(['401', '403'] as const)(
    'F22 that answers %s is asked once a minute, and every mail goes out when the key is mended',
    async (mode) => {
      world.inbox.setFault({ mode })
      const mails = [
        await created(`key-${mode}-1`),
        await created(`key-${mode}-2`),
        await created(`key-${mode}-3`),
      ]
      const before = world.inbox.requests().length
      await world.sleep('20 minutes')
      expect(world.inbox.requests().length - before).toBeLessThanOrEqual(30)
      world.inbox.setFault({ mode: 'ok' })
      await world.sleep('6 minutes')
      for (const { mailId, handle } of mails) {
        expect(await readMail(world, mailId)).toMatchObject({ state: 'accepted', round: 1 })
        await handle.terminate()
      }
    },
  )

  it('P54 with some addresses only delays no other mail', async () => {
    const bad = [
      await created('never-1'),
      await created('wrong-1'),
      await created('never-2'),
      await created('wrong-2'),
    ]
    const good = await Promise.all(Array.from({ length: 10 }, (_, index) => created(`good-${index}`)))
    await world.sleep('10 seconds')
    for (const { mailId, handle } of good) {
      expect((await readMail(world, mailId)).tries).toEqual(['1 accepted'])
      await handle.terminate()
    }
    const states = await Promise.all(bad.map(async ({ mailId }) => (await readMail(world, mailId)).state))
    expect(states).toEqual(['sending', 'parked', 'sending', 'parked'])
    await Promise.all(bad.map(({ handle }) => handle.terminate()))
  })
})

describe('a send without an answer', () => {
  it.each(['accept_then_silence', 'hang'] as const)(
    'F24 (%s) is repeated after 90 s, and the mail is accepted',
    async (mode) => {
      world.inbox.setFault({ mode, times: 1 })
      const { handle, mailId, address } = await created(`once-${mode.replaceAll('_', '-')}`)
      await world.sleep('1 minute')
      expect(requestsTo(address)).toHaveLength(1)
      // The time that we really need passes besides that which is skipped.
      for (let turn = 0; turn < 9 && (await readMail(world, mailId)).state !== 'accepted'; turn++)
        await world.sleep('10 seconds')
      const { state, tries } = await readMail(world, mailId)
      expect([state, ...tries]).toEqual(['accepted', expect.stringMatching(/^1 ambiguous/), '1 accepted'])
      expect(copiesTo(world, address)).toHaveLength(mode === 'hang' ? 1 : 2)
      expect(Math.floor((await gapsOf(world, mailId))[0] ?? 0)).toBeGreaterThanOrEqual(90)
      await handle.terminate()
    },
  )

  it('F24 is repeated twice at most, and every copy carries the link that works', async () => {
    world.inbox.setFault({ mode: 'accept_then_silence' })
    const { handle, mailId, address } = await created('always-silent')
    await world.sleep('10 minutes')
    expect(await readMail(world, mailId)).toMatchObject({ state: 'parked', reason: 'copies_used_up' })
    expect(copiesTo(world, address)).toHaveLength(3)
    const { keyring, database } = world.dependencies
    for (const token of tokensTo(world, address)) {
      expect(await readLink({ keyring }, (id) => database.users.findEmail(id), token)).toMatchObject({
        address,
      })
    }
    await handle.terminate()
  })

  it.each(['processed', 'delivered'] as const)(
    'F24 is not repeated where %s comes within 90 s',
    async (event) => {
      world.inbox.setFault({ mode: 'accept_then_silence' })
      const { handle, mailId, address } = await created(`told-${event}`)
      await world.sleep('30 seconds')
      await tell(mailId, event)
      await world.sleep('1 hour')
      expect(copiesTo(world, address)).toHaveLength(1)
      const state = event === 'processed' ? 'accepted' : 'delivered'
      expect(await readMail(world, mailId)).toMatchObject({ state, audit: ['mail.accepted'] })
      expect(await searchState(handle)).toBe(state)
      await handle.terminate()
    },
  )
})

describe('a run that waits', () => {
  it('hears of a bounce, and keeps the mail for support for seven days', async () => {
    const { handle, mailId } = await created('comes-back')
    await world.sleep('1 minute')
    await tell(mailId, 'bounce')
    await world.sleep('60 hours')
    expect([(await readMail(world, mailId)).state, await searchState(handle)]).toEqual(['bounced', 'bounced'])
    expect(await handle.result()).toMatchObject({ mail: 'expired' })
  })

  it('waits as long as the link, also where that was drawn anew meanwhile, without asking again and again', async () => {
    const { handle, mailId, address } = await created('drawn-anew')
    await world.sleep('30 hours')
    const { database } = world.dependencies
    await database.transaction(async (stores) => {
      const mail = await stores.mail.find(mailId)
      const email = await stores.users.lockEmail(mail?.userEmailId ?? '')
      if (email !== null) await setHash(stores, email)
    })
    const before = await historyLength(handle)
    await world.sleep('40 hours')
    expect(await readMail(world, mailId)).toMatchObject({ state: 'accepted' })
    expect([(await handle.describe()).runId, (await historyLength(handle)) - before < 20]).toEqual([
      handle.firstExecutionRunId,
      true,
    ])
    expect(await handle.result()).toMatchObject({ mail: 'expired' })
    expect(copiesTo(world, address)).toHaveLength(2)
  })

  it('is over at once when the address is confirmed, though the reminder cannot be sent', async () => {
    const { run, handle, address } = await created('reminder-stuck')
    await world.sleep('23 hours')
    world.inbox.setFault({ mode: '500' })
    await world.sleep('2 hours')
    expect(copiesTo(world, address)).toHaveLength(1)
    await world.testDatabase.pool.query(
      'update user_emails set verified_at = app.now() where canonical = $1',
      [address],
    )
    await handle.signal('mailChanged')
    expect(await handle.result()).toMatchObject({ mail: 'confirmed' })
    expect(await world.dependencies.database.mail.listForAttempt(run.attemptId)).toHaveLength(1)
  })
})

describe('the backlog of an organization', () => {
  it('is looked at ever more rarely while its mails are held up, and at once by whoever asks', async () => {
    const organizationId = await membersToTell(
      { ...world, database: world.dependencies.database } as unknown as Product,
      'held-up',
    )
    const handle = await world.environment.client.workflow.start(bulkMailWorkflowType, {
      workflowId: bulkMailWorkflowId(organizationId),
      taskQueue: taskQueues.pipeline,
      args: [{ organizationId }],
    })
    // Nobody relays here: what is written stays queued.
    await world.sleep('1 hour')
    const turns = async (): Promise<number> =>
      ((await handle.fetchHistory()).events ?? []).filter(
        ({ timerFiredEventAttributes: fired }) => (fired ?? null) !== null,
      ).length
    const before = await turns()
    expect(before).toBeGreaterThan(10)
    expect(before).toBeLessThan(30)
    await handle.signal('backlogChanged')
    await world.sleep('10 seconds')
    expect((await turns()) - before).toBeGreaterThanOrEqual(2)
    await handle.terminate()
  })
})

it('I13 no mail made a forbidden move', async () => {
  expect(await forbiddenMoves(world.testDatabase.pool)).toEqual([])
})
