import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Stores } from '../../../store/stores.js'
import { retryMails } from '../../../support/retry-mails.js'
import { relayNudges } from '../../../worker/relay.js'
import { newUser } from '../../support/account.js'
import type { Browser } from '../../support/browser.js'
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
const plantParked = async (names: readonly string[]): Promise<void> => {
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
    await stores.mail.setState(mailId ?? '', 'parked', { reason: 'planted' })
  }
  for (const name of names) await product.database.transaction(plant(await newUser(product, name)))
}

const post = (browser: Browser, path: string, body: object) => browser.postJson(`/v1/support${path}`, body)

it('T61 a retry of more than a hundred mails waits for a second person who sees all, and then each is sent once', async () => {
  const [sam, alva] = [await support.signedIn('sam'), await support.signedIn('alva')]
  const people = Array.from({ length: 101 }, (_, n) => `batch-${n}`)
  await plantParked(people)
  const wish = { filter: { reason: 'planted' }, reason: 'outage over', idempotency_key: 'hundred' }
  const asked = await post(sam, '/mails/retry', wish)
  expect(asked.json()).toMatchObject({ count: 101, needs_second_person: true })
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
       where r.idempotency_key = 'hundred' and m.answer is distinct from 'retried'`,
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
