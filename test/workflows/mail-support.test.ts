import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { WorkflowHandle } from '@temporalio/client'
import { readLink } from '../../api/acts/confirm-email.js'
import { giveUpMailCommand, retryMailCommand } from '../../cli/mail.js'
import type { CliDependencies } from '../../cli/dependencies.js'
import { createPipelineClient } from '../../clients/temporal.js'
import type { PipelineClient } from '../../clients/temporal.js'
import { decideFor } from '../support/attempts.js'
import { testKeyring } from '../support/keys.js'
import { forbiddenMoves, recordMoves } from '../support/mail-moves.js'
import { copiesTo, readMail, tokensTo } from '../support/mail-parts.js'
import { startSkipping } from '../support/skipping.js'
import type { Skipping } from '../support/skipping.js'

let world: Skipping
let pipelines: PipelineClient
let printed: string[]
beforeAll(async () => {
  world = await startSkipping()
  await recordMoves(world.testDatabase.pool)
  pipelines = createPipelineClient({ TEMPORAL_ADDRESS: world.environment.address }, testKeyring)
})
afterAll(async () => {
  await pipelines.close()
  await world.stop()
})
beforeEach(() => {
  world.inbox.setFault({ mode: 'ok' })
  printed = []
})

const cli = (): CliDependencies =>
  ({
    ...world.dependencies,
    pipelines,
    print: (line: string) => printed.push(line),
  }) as unknown as CliDependencies
const sam = { actor: 'sam', reason: 'the person called' }
const retry = (mailId: string, more: { email?: string } = {}) =>
  retryMailCommand(cli(), mailId, { ...sam, ...more })
const giveUp = (mailId: string) => giveUpMailCommand(cli(), mailId, sam)

/** A new user's mail in the hands of its run, after so much time. */
const created = async (name: string, after = '10 seconds') => {
  const run = await world.open(name)
  const handle = await world.start(run)
  await decideFor(world.dependencies, run.attemptId, 'create')
  await handle.signal('create')
  await world.sleep(after)
  const [mailId = ''] = await world.dependencies.database.mail.listForAttempt(run.attemptId)
  return { run, handle, mailId, address: `${name}@people.example` }
}
const parked = (name: string) => {
  world.inbox.setFault({ mode: '400', times: 1 })
  return created(name)
}
const stateOf = async (mailId: string) => (await readMail(world, mailId)).state
/** Until the mail has come to that state; time passes meanwhile. */
const until = async (mailId: string, state: string): Promise<void> => {
  for (let turn = 0; (await stateOf(mailId)) !== state; turn++) {
    if (turn === 100) throw new Error(`the mail is ${await stateOf(mailId)}, not ${state}`)
    await world.sleep('1 second')
  }
}
const asked = (handle: WorkflowHandle, name: string, updateId: string) =>
  handle.executeUpdate(name, { args: [sam], updateId }).then(
    () => 'done',
    (error: unknown) => (error as { cause?: Error }).cause?.message ?? String(error),
  )
const retriedTimes = async (mailId: string) =>
  (await readMail(world, mailId)).audit.filter((event) => event === 'mail.retried').length

describe('a retry', () => {
  it('F40 by a double click of one request is one new round', async () => {
    const { handle, mailId, address } = await parked('double-same')
    const answers = await Promise.all([asked(handle, 'retryEmail', 'r1'), asked(handle, 'retryEmail', 'r1')])
    await until(mailId, 'accepted')
    await world.sleep('1 minute')
    expect([answers, await retriedTimes(mailId), copiesTo(world, address).length]).toEqual([
      ['done', 'done'],
      1,
      1,
    ])
    await handle.terminate()
  })

  it('F40 by two people at once is one new round, and the second is told', async () => {
    const { handle, mailId, address } = await parked('double-other')
    const ids = ['a', 'b', 'c', 'd', 'e', 'f']
    const answers = await Promise.all(ids.map((id) => asked(handle, 'retryEmail', id)))
    await until(mailId, 'accepted')
    await world.sleep('1 minute')
    expect(answers.toSorted()).toEqual(['done', ...Array<string>(5).fill('the mail is being sent already')])
    expect([await retriedTimes(mailId), copiesTo(world, address).length]).toEqual([1, 1])
    await handle.terminate()
  })

  it('P56 from the command line says who and why, and sends the same link once more', async () => {
    const { handle, mailId, address } = await created('again')
    await retry(mailId)
    await until(mailId, 'accepted')
    await world.sleep('1 minute')
    expect(printed).toEqual([`Mail ${mailId} is sent once more.`])
    expect(await readMail(world, mailId)).toMatchObject({ round: 2, tries: ['1 accepted', '2 accepted'] })
    expect(new Set(tokensTo(world, address)).size).toBe(1)
    const { rows } = await world.testDatabase.pool.query(
      `select actor_kind, actor_id, data from audit_events where event = 'mail.retried' and target_id = $1`,
      [mailId],
    )
    expect(rows).toEqual([{ actor_kind: 'staff', actor_id: 'sam', data: { reason: sam.reason, round: 2 } }])
    await handle.terminate()
  })

  it('is refused while the mail is being sent, and after it has ended', async () => {
    world.inbox.setFault({ mode: '503' })
    const { handle, mailId } = await created('busy')
    await expect(retry(mailId)).rejects.toThrow('Not done. The mail is being sent already.')
    await giveUp(mailId)
    await handle.result()
    await expect(retry(mailId)).rejects.toThrow('The mail has ended')
    await expect(giveUp(mailId)).rejects.toThrow('The mail has ended')
  })

  it('of a mail whose run is over gets a run of its own, which the row names and events reach', async () => {
    const { handle, mailId, address } = await parked('run-over')
    await handle.terminate()
    const twice = await Promise.allSettled([retry(mailId), retry(mailId)])
    expect(twice.some(({ status }) => status === 'fulfilled')).toBe(true)
    await until(mailId, 'accepted')
    await world.sleep('1 minute')
    expect(await readMail(world, mailId)).toMatchObject({ workflow_id: `mail/${mailId}`, round: 2 })
    expect([await retriedTimes(mailId), copiesTo(world, address).length]).toEqual([1, 1])

    await retry(mailId)
    await world.sleep('1 minute')
    expect(await readMail(world, mailId)).toMatchObject({ state: 'accepted', round: 3 })
    await world.testDatabase.pool.query(
      'update user_emails set verified_at = app.now() where canonical = $1',
      [address],
    )
    expect(await pipelines.nudgeMail(`mail/${mailId}`)).toBe(true)
    expect(await world.environment.client.workflow.getHandle(`mail/${mailId}`).result()).toBe('confirmed')
  })

  it('of a reminder that was parked sends the reminder, in a run of its own', async () => {
    const { handle, mailId, address } = await created('reminder', '23 hours')
    world.inbox.setFault({ mode: '400', times: 1 })
    await world.sleep('2 hours')
    const { rows } = await world.testDatabase.pool.query<{ id: string; state: string }>(
      `select id, state from mail_messages where dedupe_key = $1`,
      [`confirmation_reminder/${mailId}`],
    )
    const [reminder] = rows
    expect(reminder?.state).toBe('parked')
    await retry(reminder?.id ?? '')
    await until(reminder?.id ?? '', 'accepted')
    expect(copiesTo(world, address)).toHaveLength(2)
    expect(await handle.result()).toMatchObject({ mail: 'expired' })
    expect(copiesTo(world, address)).toHaveLength(2)
  })
})

describe('a request that Postgres could not keep', () => {
  it.each([
    ['a NUL in the reason', { reason: 'a\0b' }],
    ['half a character in the reason', { reason: 'bad \ud800 x' }],
    ['a NUL in the name', { reason: 'the person called', actor: 'sam\0' }],
  ])('is refused where it has %s, and the next one counts', async (_, request) => {
    const { handle, mailId, address } = await created(`unwritable-${JSON.stringify(request).length}`)
    const refused = { cause: { type: 'Refused' } }
    await expect(handle.executeUpdate('retryEmail', { args: [request] })).rejects.toMatchObject(refused)
    await expect(handle.executeUpdate('giveUpEmail', { args: [request] })).rejects.toMatchObject(refused)
    const more = { ...request, extension: 1 }
    await expect(handle.executeUpdate('extend', { args: [more] })).rejects.toMatchObject(refused)
    await retry(mailId)
    await until(mailId, 'accepted')
    expect(copiesTo(world, address)).toHaveLength(2)
    await handle.terminate()
  })
})

describe('a corrected address', () => {
  it('P56 gets a new mail; the old address and its link are gone, and the reason is kept', async () => {
    const { run, handle, mailId, address } = await created('mistyped')
    const [old = ''] = tokensTo(world, address)
    await retry(mailId, { email: 'well.typed@people.example' })
    await until(mailId, 'accepted')
    await world.sleep('1 minute')
    const [fresh = ''] = tokensTo(world, 'well.typed@people.example')
    const { keyring, database } = world.dependencies
    const read = (token: string) => readLink({ keyring }, (id) => database.users.findEmail(id), token)
    await expect(read(old)).rejects.toMatchObject({ code: 'link_invalid' })
    expect(await read(fresh)).toMatchObject({
      address: 'well.typed@people.example',
      isPrimary: true,
      verified: false,
    })
    expect(copiesTo(world, address)).toHaveLength(1)
    const { rows } = await world.testDatabase.pool.query<{ events: string[]; texts: string }>(
      `select array_agg(event order by event) as events, string_agg(data::text, '') as texts from audit_events
       where attempt_id = $1 and actor_kind = 'staff' and data->>'reason' = $2`,
      [run.attemptId, sam.reason],
    )
    expect(rows[0]?.events).toEqual(['email.added', 'email.removed', 'mail.retried'])
    expect(rows[0]?.texts).not.toMatch(/@|people/)

    await world.testDatabase.pool.query(
      `update user_emails set verified_at = app.now() where canonical = 'well.typed@people.example'`,
    )
    await handle.signal('mailChanged')
    expect(await handle.result()).toMatchObject({ mail: 'confirmed' })
  })

  it('may be given for a mail that came back, and what is told of the old copies changes nothing more', async () => {
    const { handle, mailId } = await created('came-back')
    const { database } = world.dependencies
    await database.mail.setState(mailId, 'bounced', { reason: 'bounce 5.1.1' })
    await retry(mailId, { email: 'right@people.example' })
    await until(mailId, 'accepted')
    expect(await readMail(world, mailId)).toMatchObject({ round: 2, reason: null })
    expect(copiesTo(world, 'right@people.example')).toHaveLength(1)
    await handle.terminate()
  })

  it('P56 goes with an update from any client, or nothing is done, and it is said why', async () => {
    const { handle, mailId, address } = await parked('by-update')
    const update = (email: string) =>
      handle
        .executeUpdate('retryEmail', { args: [{ reason: 'mistyped', email }] })
        .catch((error: unknown) => {
          throw (error as { cause: unknown }).cause
        })
    await expect(update('nobody')).rejects.toThrow('email must be one e-mail address')
    await expect(update('two@x..example')).rejects.toThrow('email must be one e-mail address')
    await expect(update('olivia@acme.example')).rejects.toThrow('Another account holds that address')
    expect(await readMail(world, mailId)).toMatchObject({ round: 1, state: 'parked' })
    expect(await update('by.update@people.example')).toBe('the mail is sent once more')
    await until(mailId, 'accepted')
    expect([copiesTo(world, address), copiesTo(world, 'by.update@people.example').length]).toEqual([[], 1])
    expect(await readMail(world, mailId)).toMatchObject({
      round: 2,
      audit: ['mail.parked', 'mail.retried', 'mail.accepted'],
    })
    await handle.terminate()
  })

  it.each<[string, string, string]>([
    ['is no address', 'nobody', 'That is not one e-mail address.'],
    ['are two addresses', 'a@x.example,b@x.example', 'That is not one e-mail address.'],
    ['breaks out of a header', 'a@x.example\r\nBcc: b@x.example', 'That is not one e-mail address.'],
    [
      'is another one of the same person',
      'second@people.example',
      'Not done. The person has that address already',
    ],
  ])('P61 that %s is refused', async (what, email, sentence) => {
    const name = what.replaceAll(' ', '-')
    const { handle, mailId, address } = await parked(name)
    await world.testDatabase.pool.query(
      `insert into user_emails (user_id, address, canonical) select user_id, 'second@people.example', 'second@people.example'
       from user_emails where canonical = $1`,
      [address],
    )
    await expect(retry(mailId, { email })).rejects.toThrow(sentence)
    expect(await readMail(world, mailId)).toMatchObject({ state: 'parked', round: 1 })
    await handle.terminate()
  })

  it('is refused while the mail is being sent, and once the address is confirmed', async () => {
    world.inbox.setFault({ mode: '503' })
    const { handle, mailId } = await created('correct-busy')
    await expect(retry(mailId, { email: 'new@people.example' })).rejects.toThrow(
      'The mail is being sent already',
    )
    await handle.terminate()
    world.inbox.setFault({ mode: 'ok' })
    const done = await created('correct-late')
    await world.testDatabase.pool.query(
      'update user_emails set verified_at = app.now() where canonical = $1',
      [done.address],
    )
    await expect(retry(done.mailId, { email: 'new2@people.example' })).rejects.toThrow(
      'nobody ever confirmed',
    )
    await done.handle.terminate()
  })
})

describe('giving up', () => {
  it.each(['accepted', 'parked'] as const)('ends a mail that is %s, and its run', async (state) => {
    const { handle, mailId } = await (state === 'parked' ? parked : created)(`over-${state}`)
    await giveUp(mailId)
    expect(await handle.result()).toMatchObject({ mail: 'cancelled' })
    expect(await readMail(world, mailId)).toMatchObject({ state: 'cancelled', reason: 'given_up' })
    expect((await readMail(world, mailId)).audit.at(-1)).toBe('mail.given_up')
  })

  it('right after a retry wins, though the provider is away', async () => {
    const { handle, mailId } = await parked('retry-then-give-up')
    world.inbox.setFault({ mode: '503' })
    await Promise.all([asked(handle, 'retryEmail', 'r'), asked(handle, 'giveUpEmail', 'g')])
    expect(await handle.result()).toMatchObject({ mail: 'cancelled' })
    expect(await stateOf(mailId)).toBe('cancelled')
  })

  it('of a mail whose run is over is done at once', async () => {
    const { handle, mailId } = await parked('over-without-run')
    await handle.terminate()
    await giveUp(mailId)
    expect(await stateOf(mailId)).toBe('cancelled')
  })
})

it('I13 no mail made a forbidden move', async () => {
  expect(await forbiddenMoves(world.testDatabase.pool)).toEqual([])
})
