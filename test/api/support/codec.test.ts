import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Browser } from '../../support/browser.js'
import { createBrowser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { attemptIdOf, signInAtProvider, startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'

const ui = 'http://127.0.0.1:8233'
let product: Product
let support: TestConsole
let alva: Browser
let attemptId = ''
let payload: { metadata: Record<string, string>; data: string }
beforeAll(async () => {
  product = await startProduct()
  support = await startConsole(product)
  alva = await support.signedIn('alva')
  attemptId = attemptIdOf(await signInAtProvider(product.browser(), 'coded'))
  const attempt = await product.database.attempts.find(attemptId)
  const handle = product.temporal.workflow.getHandle(`auth/${attempt?.provider.organization.id}/${attemptId}`)
  const history = await handle.fetchHistory()
  const input = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]
  payload = {
    metadata: Object.fromEntries(
      Object.entries(input?.metadata ?? {}).map(([name, value]) => [
        name,
        Buffer.from(value).toString('base64'),
      ]),
    ),
    data: Buffer.from(input?.data ?? []).toString('base64'),
  }
})
afterAll(async () => {
  await support.stop()
  await product.stop()
})

const decode = (browser: Browser, headers: Record<string, string> = {}, sent: object = payload) =>
  browser.postJson(
    '/codec/decode',
    { payloads: [sent] },
    { origin: ui, 'sec-fetch-site': 'same-site', 'x-namespace': product.pipelines.namespace, ...headers },
  )

describe('the codec server', () => {
  it('T64 T63 opens nothing without a session, without the role, and without a grant', async () => {
    expect(Buffer.from(payload.data, 'base64').toString('latin1')).not.toContain(attemptId)
    expect((await decode(createBrowser(support.origin))).status).toBe(401)
    expect((await decode(await support.signedIn('sam'))).status).toBe(403)
    expect((await decode(alva)).status).toBe(403)
    expect((await alva.postJson('/v1/support/decoding/grant', {})).status).toBe(400)
  })

  it('opens payloads for the Web UI after a grant with a reason, and notes each run', async () => {
    expect((await alva.postJson('/v1/support/decoding/grant', { reason: 'ticket 9' })).status).toBe(200)
    const answer = await decode(alva)
    expect(answer.headers.get('access-control-allow-origin')).toBe(ui)
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
    const [opened] = answer.json()['payloads'] as { data: string }[]
    expect(JSON.parse(Buffer.from(opened?.data ?? '', 'base64').toString())).toMatchObject({ attemptId })
    const { rows } = await product.testDatabase.pool.query(
      `select data from audit_events where event = 'staff.decoded' and attempt_id = $1`,
      [attemptId],
    )
    expect(rows).toEqual([{ data: { payloads: 1, failed: 0 } }])
  })

  it('gives back as it came, and notes, what it cannot open', async () => {
    const other = await decode(alva, { 'x-namespace': 'elsewhere' })
    expect(other.json()['payloads']).toEqual([payload])
    const bent = { ...payload, data: Buffer.from('nonsense').toString('base64') }
    expect((await decode(alva, {}, bent)).json()['payloads']).toEqual([bent])
    const { rows } = await product.testDatabase.pool.query(
      `select from audit_events where event = 'staff.decoded' and data->>'failed' = '1' and attempt_id is null`,
    )
    expect(rows).toHaveLength(2)
  })

  it('notes also what names a run with signs that nothing can keep', async () => {
    const named = Buffer.from(`nul\0${'ä'.repeat(150)}`).toString('base64')
    const bent = { metadata: { ...payload.metadata, 'workflow-id': named }, data: payload.data }
    expect((await decode(alva, {}, bent)).json()['payloads']).toEqual([bent])
    const { rows } = await product.testDatabase.pool.query(
      `select data from audit_events where event = 'staff.decoded' and target_id like 'nul\ufffd%'`,
    )
    expect(rows).toEqual([{ data: { payloads: 1, failed: 1 } }])
  })

  it('answers the pages of the Web UI alone', async () => {
    expect((await decode(alva, { origin: 'http://127.0.0.1:9999' })).status).toBe(403)
    const preflight = await fetch(`${support.origin}/codec/decode`, {
      method: 'OPTIONS',
      headers: { origin: ui, 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('X-Namespace')
  })

  it('closes after a quarter of an hour', async () => {
    await product.testDatabase.advanceClock(16 * 60_000)
    expect((await decode(alva)).status).toBe(403)
  })
})
