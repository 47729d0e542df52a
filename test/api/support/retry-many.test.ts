import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Stores } from '../../../store/stores.js'
import { retryMails } from '../../../support/retry-mails.js'
import { relayNudges } from '../../../worker/relay.js'
import { newUser } from '../../support/account.js'
import type { Answer, Browser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { eventually, startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'

let product: Product
let support: TestConsole
beforeAll(async () => {
  product = await startProduct()
  support = await startConsole(product)
})
afterAll(async () => {
  await support.stop()
  await product.stop()
})

/** Notices to members of acme that nobody takes care of, as an outage leaves them behind. */
const plantParked = async (names: readonly string[], reason = 'planted'): Promise<void> => {
  const organization = await product.database.organizations.find('acme')
  const plant = (userId: string) => async (stores: Stores) => {
    const mailId = await stores.mail.notify({
      kind: 'password_changed_notice',
      userId,
      organizationId: organization?.id ?? '',
      attemptId: null,
      dedupeKey: `planted/${userId}`,
    })
    await stores.mail.setWorkflow(mailId ?? '', `mail/${mailId}`)
    await stores.mail.setState(mailId ?? '', 'parked', { reason })
  }
  for (const name of names) await product.database.transaction(plant(await newUser(product, name)))
}

const planted = async (): Promise<{ reason: string; mails: number }[]> => {
  const { rows } = await product.testDatabase.pool.query<{ reason: string; mails: number }>(
    `select reason, (select count(*)::int from staff_retry_mails m where m.retry_id = r.id) as mails
     from staff_retries r order by id`,
  )
  return rows
}
/** The path of the link with these words in it, as a browser follows it. */
const linkIn = (page: Answer, words: string): string => {
  const link = [...page.text.matchAll(/<a[^>]* href="([^"]+)"[^>]*>(.*?)<\/a>/gs)].find(([, , text]) =>
    text?.replaceAll('<wbr/>', '').includes(words),
  )
  return (link?.[1] ?? '').replaceAll('&amp;', '&')
}
/** Presses the button of the page's one act, as a browser does. */
const press = (browser: Browser, page: Answer, reason: string): Promise<Answer> => {
  const form = /<form[^>]* action="(\/mails\/retry[^"]*)".*?<\/form>/s.exec(page.text)
  const hidden = [...(form?.[0] ?? '').matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)]
  const fields = hidden.map(([, name = '', value = '']) => [name, value] as const)
  return browser.submit((form?.[1] ?? '').replaceAll('&amp;', '&'), { ...Object.fromEntries(fields), reason })
}

const post = (browser: Browser, path: string, body: object) => browser.postJson(`/v1/support${path}`, body)

it('T61 a retry of more than a hundred mails waits for a second person who sees all, and then each is sent once', async () => {
  const [sam, alva] = [await support.signedIn('sam'), await support.signedIn('alva')]
  const people = Array.from({ length: 101 }, (_, n) => `batch-${n}`)
  await plantParked(people)
  const wish = { filter: { reason: 'planted' }, reason: 'outage over', idempotency_key: 'hundred' }
  const [asked, pressedTwice] = await Promise.all([
    post(sam, '/mails/retry', wish),
    post(sam, '/mails/retry', wish),
  ])
  expect(asked.json()).toMatchObject({ count: 101, needs_second_person: true })
  expect(pressedTwice.text).toBe(asked.text)
  expect(await planted()).toEqual([{ reason: 'outage over', mails: 101 }])
  const retry = `/retries/${String(asked.json()['id'])}`
  await retryMails(support.dependencies)
  const waiting = await sam.get('/v1/support/mails?reason=planted&limit=200')
  expect(waiting.json()['items']).toHaveLength(101)

  const same = await post(sam, `${retry}/agree`, {})
  expect(same.json()).toMatchObject({ status: 409, reason: 'second_person_needed' })
  for (const persona of ['sofia', 'pia'] as const)
    expect((await post(await support.signedIn(persona), `${retry}/agree`, {})).status).toBe(403)
  expect((await alva.get(retry)).text).toContain('outage over')
  const agreed = await Promise.all([1, 2].map(() => post(alva, `${retry}/agree`, {})))
  expect(agreed.map(({ status }) => status)).toEqual([200, 200])

  await eventually(async () => {
    // As the worker does: what Temporal did not take in time is asked once more.
    await retryMails(support.dependencies).catch(() => undefined)
    const { rows } = await product.testDatabase.pool.query<{ left: number }>(
      `select count(*)::int as left from staff_retry_mails m join staff_retries r on r.id = m.retry_id
       where r.reason = 'outage over' and m.answer is distinct from 'retried'`,
    )
    return rows[0]?.left === 0 ? true : null
  })
  const { database, pipelines, log } = support.dependencies
  const sent = await eventually(async () => {
    // As above: what Temporal did not take in time is told once more.
    await relayNudges({ database, pipelines, log })
    const to = product.inbox
      .messages()
      .flatMap((message) => (message.to.startsWith('batch-') ? message.to : []))
    return to.length >= people.length ? to : null
  })
  expect(sent.toSorted()).toEqual(people.map((name) => `${name}@people.example`).toSorted())
  const { rows: noted } = await product.testDatabase.pool.query(
    `select data->>'act' as act, s.name from audit_events e join staff s on s.id::text = e.actor_id
     where target_id = $1 and data->>'refused' is null order by e.id`,
    [String(asked.json()['id'])],
  )
  expect(noted).toEqual([
    { act: 'retry_many', name: 'Sam Support' },
    { act: 'retry_many_agreed', name: 'Alva Admin' },
  ])
}, 150_000)

describe('retry all of these, on the pages', () => {
  it('from a group of the board: the count, one retry however often it is pressed, and the group alone', async () => {
    const sam = await support.signedIn('sam')
    await plantParked(['group-a', 'group-b'], 'http_413')
    await plantParked(['group-c'], 'http_400')
    const group = await sam.get(linkIn(await sam.get('/mails'), 'http_413'))
    const preview = await sam.get(linkIn(group, 'Retry all of these'))
    expect(preview.text).toContain('<strong>2</strong> mails')
    const pressed = [
      await press(sam, preview, 'limit is raised'),
      await press(sam, preview, 'limit is raised'),
    ]
    expect(pressed.map(({ status }) => status)).toEqual([303, 303])
    expect(pressed[1]?.location()).toBe(pressed[0]?.location())
    expect((await sam.follow(pressed[0] as Answer)).text).toContain('2, of which 0 done')
    expect((await planted()).filter(({ reason }) => reason === 'limit is raised')).toEqual([
      { reason: 'limit is raised', mails: 2 },
    ])
  })

  it('from a filtered list, whatever is typed as the reason', async () => {
    const sam = await support.signedIn('sam')
    await plantParked(['listed'], 'http_422')
    const preview = await sam.get(linkIn(await sam.get('/mails?state=parked&organization=acme'), 'Retry all'))
    const count = Number(/<strong>(\d+)<\/strong> mail/.exec(preview.text)?.[1])
    expect(count).toBeGreaterThanOrEqual(1)
    expect((await press(sam, preview, 'http_413')).status).toBe(303)
    expect((await planted()).at(-1)).toEqual({ reason: 'http_413', mails: count })
  })

  it('of a group that has no reason takes no mail that has one', async () => {
    const sam = await support.signedIn('sam')
    await plantParked(['reasonless'], '')
    await product.testDatabase.pool.query(`update mail_messages set reason = null where reason = ''`)
    const group = await sam.get(linkIn(await sam.get('/mails'), 'no reason given'))
    const preview = await sam.get(linkIn(group, 'Retry all of these'))
    expect(preview.text).toContain('<strong>1</strong> mail')
    expect(preview.text).toContain('without reason')
  })

  it('says that nothing matches, and stores nothing', async () => {
    const sam = await support.signedIn('sam')
    const before = await planted()
    const words = 'No mail matches that can be sent again.'
    const nothing = { filter: { organization: 'nowhere' }, reason: 'nothing' }
    expect((await post(sam, '/mails/retry', nothing)).json()).toMatchObject({
      status: 409,
      reason: 'nothing_matches',
      detail: words,
    })
    const pressed = await sam.submit('/mails/retry?organization=nowhere', { reason: 'nothing' })
    expect([pressed.status, pressed.text.includes(words)]).toEqual([409, true])
    expect(await planted()).toEqual(before)
  })

  it('takes what waits for somebody alone, where no state is named', async () => {
    const sam = await support.signedIn('sam')
    await plantParked(['arrived'], 'arrived')
    await product.testDatabase.pool.query(
      `update mail_messages set state = 'accepted' where reason = 'arrived'`,
    )
    const preview = async (filter: object) =>
      (await post(sam, '/mails/retry', { filter, preview: true })).json()
    expect(await preview({ reason: 'arrived' })).toMatchObject({ count: 0 })
    expect(await preview({ reason: 'arrived', state: 'accepted' })).toMatchObject({ count: 1 })
  })

  it('refuses what it does not know, and widens nothing by it', async () => {
    const sam = await support.signedIn('sam')
    for (const body of [{ organization: 'acme' }, { filter: { organisation: 'acme' } }, {}])
      expect((await post(sam, '/mails/retry', { reason: 'typo', ...body })).status).toBe(400)
  })
})

describe('an act of the console', () => {
  it('is done once for one key, and another wish under that key is told so', async () => {
    const alva = await support.signedIn('alva')
    await plantParked(['once-only'], 'once')
    const send = (path: string, body: object) =>
      alva.postJson(`/v1/support${path}`, body, { 'idempotency-key': 'k' })
    for (const [path, body, other] of [
      ['/transport/pause', { reason: 'upkeep' }, { reason: 'another' }],
      ['/transport/resume', { reason: 'over' }, { reason: 'another' }],
      ['/mails/retry', { filter: { reason: 'once' }, reason: 'mended' }, { filter: {}, reason: 'mended' }],
      ['/decoding/grant', { reason: 'ticket 4' }, { reason: 'another' }],
    ] as const) {
      const first = await send(path, body)
      expect([path, first.status]).toEqual([path, 200])
      expect((await send(path, body)).text).toBe(first.text)
      expect((await send(path, other)).json()).toMatchObject({ status: 409, code: 'already_decided' })
    }
    const { rows } = await product.testDatabase.pool.query<{ act: string }>(
      `select data->>'act' as act from audit_events where data->>'refused' is null
       and data->>'reason' in ('upkeep', 'over', 'mended', 'ticket 4') order by id`,
    )
    expect(rows.map(({ act }) => act)).toEqual([
      'pause_transport',
      'resume_transport',
      'retry_many',
      'decode',
    ])
  })

  it('is not done where it cannot be noted', async () => {
    const alva = await support.signedIn('alva')
    const { pool } = product.testDatabase
    await plantParked(['unnoted'], 'unnoted')
    await pool.query(
      `create function refuse_note() returns trigger language plpgsql as $$ begin raise 'not noted'; end $$;
       create trigger refuse_note before insert on audit_events for each row
         when (new.data->>'reason' = 'unnoted') execute function refuse_note()`,
    )
    for (const [path, body] of [
      ['/transport/pause', {}],
      ['/mails/retry', { filter: { reason: 'unnoted' } }],
      ['/decoding/grant', {}],
    ] as const)
      expect((await post(alva, path, { ...body, reason: 'unnoted' })).status).toBe(500)
    const { rows } = await pool.query(
      `select (select paused_until from mail_transport), (select count(*)::int from staff_retries where reason = 'unnoted') as retries,
         (select count(*)::int from staff_sessions where decodes_until is not null and token_hash in
           (select token_hash from staff_sessions order by id desc limit 1)) as grants`,
    )
    expect(rows).toEqual([{ paused_until: null, retries: 0, grants: 0 }])
    await pool.query('drop trigger refuse_note on audit_events; drop function refuse_note')
  })

  it('shows on the board why the transport was paused', async () => {
    const alva = await support.signedIn('alva')
    expect((await alva.submit('/transport/pause', { reason: 'provider moves house' })).status).toBe(303)
    expect((await alva.get('/mails')).text).toContain('provider moves house')
    expect((await alva.submit('/transport/resume', { reason: 'it has' })).status).toBe(303)
  })
})
