import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Browser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'

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

it(`takes the largest cursor that a page can give`, async () => {
  const answer = await alva.get(`/v1/support/attempts?after=${'9'.repeat(16)}.${id}`)
  expect(answer.status).toBe(200)
})
