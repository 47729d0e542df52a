import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Browser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { eventually, startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'
import { hasParkedMail, standsBeforeQuestion } from '../../support/unknown-people.js'

let product: Product
let support: TestConsole
let alva: Browser
beforeAll(async () => {
  product = await startProduct()
  support = await startConsole(product)
  alva = await support.signedIn('alva')
})
afterAll(async () => {
  await support.stop()
  await product.stop()
})

interface Entry {
  readonly at: string
  readonly source: string
  readonly event: string
  readonly organization: string | null
  readonly attempt_id: string | null
  readonly data: Readonly<Record<string, unknown>>
}
const entriesOf = async (path: string): Promise<Entry[]> =>
  (await alva.get(`/v1/support${path}`)).json()['items'] as Entry[]

it('a try stands where it ended, as it ended; what the provider told later stands below', async () => {
  const { id, browser } = await standsBeforeQuestion(product, 'delivered.later')
  await browser.postJson(`/v1/attempts/${id}/decision`, { decision: 'create' }, { 'idempotency-key': 'k' })
  const { pool } = product.testDatabase
  const one = await eventually(async () => {
    const { rows } = await pool.query<{ id: string; finished_at: Date }>(
      `select t.id, t.finished_at from mail_tries t join mail_messages m on m.id = t.mail_id
       where m.attempt_id = $1 and t.state = 'accepted'`,
      [id],
    )
    return rows[0]
  })
  await product.database.mailTries.setState(one.id, 'delivered', null)
  const tries = (await entriesOf(`/attempts/${id}/timeline`)).filter(({ source }) => source === 'mail')
  expect(tries.map(({ at, event }) => [at, event])).toEqual([[one.finished_at.toISOString(), 'accepted']])
})

it('what one transaction wrote stands in the order in which it was written', async () => {
  const { id } = await hasParkedMail(product, 'in.order')
  const events = (await entriesOf(`/attempts/${id}/timeline`)).map(({ event }) => event)
  const of = (name: string): number => events.indexOf(name)
  expect(of('user.created')).toBeGreaterThan(of('attempt.decided'))
  expect(of('attempt.ended')).toBeGreaterThan(of('identity.linked'))
  expect(of('identity.linked')).toBeGreaterThan(of('user.created'))
})

it('the audit names organization and sign-in of what it tells', async () => {
  const { id } = await standsBeforeQuestion(product, 'told.where')
  const told = await entriesOf('/audit?event=attempt.started')
  expect(told.find((entry) => entry.attempt_id === id)).toMatchObject({ organization: 'acme' })
  const page = await alva.get('/audit?event=attempt.started')
  expect(page.text).toContain(`<a href="/attempts/${id}">sign-in</a>`)
  expect(page.text).toMatch(/acme/)
})

it('a refusal names what was refused once, and leads to whom it was about', async () => {
  const somebody = '00000000-0000-7000-8000-000000000001'
  expect((await alva.get(`/people/${somebody}`)).status).toBe(404)
  expect((await alva.get(`/attempts/${somebody}`)).status).toBe(404)
  const page = await alva.get('/audit?event=staff.acted')
  expect(page.text).toContain(`<a href="/people/${somebody}">about a user</a>`)
  expect(page.text).toContain(`<a href="/attempts/${somebody}">sign-in</a>`)
  expect(page.text).toContain('Refused to staff: not found.')
  expect(page.text).not.toContain('refused: not found')
  expect(page.text).toMatch(/data-exact[^>]*>\d\d:\d\d:\d\d UTC</)
})

it('a decision is told in words, as one of the person, without ids', async () => {
  const { id, browser } = await standsBeforeQuestion(product, 'in.words')
  await browser.postJson(`/v1/attempts/${id}/decision`, { decision: 'cancel' }, { 'idempotency-key': 'k' })
  const page = await alva.get(`/attempts/${id}`)
  expect(page.text).toContain('no account holds the address')
  expect(page.text).toContain('the person’s browser')
  expect(page.text).not.toMatch(/held: |policy version|trusted: /)
})
