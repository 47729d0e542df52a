import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Answer, Browser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'
import { hasParkedMail } from '../../support/unknown-people.js'

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

const id = '019abcde-0000-7000-8000-000000000000'

it.each([
  ['/?organization=%00', 'organization'],
  ['/?provider=a%00b', 'provider'],
  ['/v1/support/attempts?q=%00', 'q'],
  ['/mails?reason=%00', 'reason'],
  ['/mails?kind=%00', 'kind'],
  ['/mails/retry?reason=%00', 'reason'],
  ['/audit?event=%00', 'event'],
  ['/v1/support/audit?actor=%00', 'actor'],
  ['/v1/support/audit?target=%00', 'target'],
  [`/v1/support/attempts?after=${'9'.repeat(40)}.${id}`, 'after'],
  [`/v1/support/attempts?after=1.${'-'.repeat(36)}`, 'after'],
  [`/?after=9223372036854775807.${id}`, 'after'],
  ['/v1/support/mails?after=yesterday', 'after'],
  ['/v1/support/mails?age=old', 'age'],
  ['/v1/support/mails?recipient=bob', 'recipient'],
  ['/v1/support/attempts?email=bob', 'email'],
  ['/v1/support/audit?after=1', 'after'],
])('%s is refused, and says what is wrong', async (path, field) => {
  const answer = await alva.get(path, { accept: 'application/json' })
  expect(answer.json()).toMatchObject({ status: 400, code: 'bad_request', errors: [{ field }] })
})

it.each([[{ reason: 'a\0b' }], [{ filter: { kind: '\0' } }], [{ idempotency_key: '\0', filter: {} }]])(
  'a retry of many with %j is refused',
  async (body) => {
    const answer = await alva.postJson('/v1/support/mails/retry', { reason: 'outage', ...body })
    expect(answer.json()).toMatchObject({ status: 400, code: 'bad_request' })
  },
)

it('words that are no whole address and no id match nothing, for programs', async () => {
  const answer = await alva.get('/v1/support/attempts?q=Bob%20Smith')
  expect([answer.status, answer.json()]).toEqual([200, { items: [], next: null }])
})

it('mails can be asked for by their age', async () => {
  const { mailId } = await hasParkedMail(product, 'aged')
  await product.testDatabase.pool.query(
    `update mail_messages set created_at = app.now() - interval '90 min' where id = $1`,
    [mailId],
  )
  const idsOf = async (query: string): Promise<unknown[]> =>
    ((await alva.get(`/v1/support/mails?${query}`)).json()['items'] as { id: string }[]).map(({ id }) => id)
  expect(await idsOf('state=parked&age=1h')).toEqual([mailId])
  expect(await idsOf('state=parked&age=90m')).toEqual([mailId])
  expect(await idsOf('state=parked&age=2h')).toEqual([])
  expect((await alva.get('/mails?age=1h')).text).toContain(mailId)
})

it(`takes the largest cursor that a page can give`, async () => {
  const answer = await alva.get(`/v1/support/attempts?after=${'9'.repeat(16)}.${id}`)
  expect(answer.status).toBe(200)
})

describe('a form of the console that was filled in wrongly says what is wrong, beside what was typed', () => {
  const typed = (page: Answer, name: string): string | undefined =>
    new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(page.text)?.[0]

  it.each([
    ['q', 'Bob Smith', 'must be an e-mail address, or the id of a sign-in or of a user'],
    ['q', 'bob@', 'must be an e-mail address'],
    ['since', 'yesterday', 'must be a day such as'],
    ['stage', 'nope', 'must be one of'],
  ])('the search for %s %s', async (name, value, words) => {
    const led = await alva.submit('/search', { [name]: value, provider: 'demo' })
    const page = await alva.get(led.location())
    expect(page.status).toBe(400)
    expect(page.text).toContain(words)
    expect(page.text).toMatch(new RegExp(`href="#${name}"`))
    expect(name === 'stage' || typed(page, name)?.includes(`value="${value}"`)).toBe(true)
    expect(typed(page, 'provider')).toContain('value="demo"')
    expect(page.text).not.toMatch(/No sign-in matches|<table/)
  })

  it('the search, an address in any field of it, which stands in no URL', async () => {
    const led = await alva.submit('/search', { organization: 'bob@people.example' })
    expect(led.location()).not.toMatch(/@|%40|people/)
    const page = await alva.get(led.location())
    expect([page.status, typed(page, 'organization')?.includes('value="bob@people.example"')]).toEqual([
      200,
      true,
    ])
  })

  it('a list that the address asks for', async () => {
    const page = await alva.get('/mails?state=nope')
    expect(page.status).toBe(400)
    expect(page.text).toMatch(/<strong>state<\/strong> must be one of/)
  })

  it.each([
    ['/transport/pause', {}],
    ['/decoding/grant', {}],
    ['/mails/retry?state=parked', { idempotency_key: 'k-1' }],
  ])('the reason for %s', async (path, fields) => {
    const page = await alva.submit(path, { ...fields, reason: 'bob@people.example asked' })
    expect(page.status).toBe(400)
    expect(page.text).toContain('Reason is needed: 1 to 500 characters, without an e-mail address')
    expect(typed(page, 'reason')).toContain('value="bob@people.example asked"')
    expect(page.text).toContain(`action="${path}"`)
    for (const [name, value] of Object.entries(fields))
      expect(typed(page, name)).toContain(`type="hidden" name="${name}" value="${value}"`)
  })

  it('the address of a mail, and nothing of it is done', async () => {
    const { mailId } = await hasParkedMail(product, 'mistyped.form')
    const sent = { seen_round: '1', email: 'not one', reason: 'typo' }
    const page = await alva.submit(`/mails/${mailId}/retry`, sent)
    expect(page.text).toContain('Right address must be one e-mail address')
    expect(typed(page, 'email')).toContain('value="not one"')
    expect(typed(page, 'reason')).toContain('value="typo"')
    expect(typed(page, 'seen_round')).toContain('value="1"')
    expect(page.text).toContain(`href="/mails/${mailId}"`)
    const { rows } = await product.testDatabase.pool.query(
      `select data->>'refused' as refused from audit_events where target_id = $1 and event = 'staff.acted'`,
      [mailId],
    )
    expect(rows).toEqual([{ refused: 'email_invalid' }])
  })
})
