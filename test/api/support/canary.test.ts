import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Logger } from '../../../clients/log.js'
import { temporalLogger } from '../../../worker/temporal-logger.js'
import type { Browser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { attemptIdOf, eventually, startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'
import { sdkLog } from '../../support/temporal.js'

/** All that was handed to the loggers of API, console and worker, before they take anything out. */
const logged: string[] = []
const note = (...words: unknown[]): void => void logged.push(inspect(words, { depth: 12 }))
const recording = { trace: note, debug: note, info: note, warn: note, error: note } as unknown as Logger

let product: Product
let support: TestConsole
beforeAll(async () => {
  sdkLog.to = temporalLogger(recording)
  product = await startProduct(() => ({ log: recording }))
  support = await startConsole({
    ...product,
    apiDependencies: { ...product.apiDependencies, log: recording },
  })
})
afterAll(async () => {
  await support.stop()
  await product.stop()
})

/** A value as it may lie about: as it is, hex, base64, base64url, in a URL, and compressed. */
const spellings = (secret: string): string[] => {
  const bytes = Buffer.from(secret)
  const zipped = gzipSync(bytes)
  const spelled = [
    secret,
    bytes.toString('hex'),
    // Without its end, which depends on what follows.
    bytes.toString('base64').slice(0, Math.floor(bytes.length / 3) * 4),
    bytes.toString('base64url').slice(0, Math.floor(bytes.length / 3) * 4),
    encodeURIComponent(secret),
    zipped.subarray(10, -8).toString('hex'),
    zipped.subarray(10, -8).toString('base64').slice(0, -4),
  ]
  return [...new Set(spelled.map((text) => text.toLowerCase()))]
}

/** Names of the secrets that lie in a text. */
const hits = (secrets: Readonly<Record<string, string>>, text: string): string[] => {
  const lower = text.toLowerCase()
  return Object.entries(secrets)
    .filter(([, secret]) => spellings(secret).some((spelled) => lower.includes(spelled)))
    .map(([name]) => name)
}

const cookie = (browser: Browser, prefix: string): string =>
  [...browser.cookies].find(([name]) => name.startsWith(prefix))?.[1] ?? ''

describe('A9 T64 T65 secrets of a whole sign-in', () => {
  const secrets: Record<string, string> = {}
  const personal: Record<string, string> = {}
  let attemptId = ''

  it('are made: through provider, decision, mail, confirmation and the console', async () => {
    const browser = product.browser()
    const started = await browser.submit('/sso/acme/demo', { login_hint: 'canary-77231' })
    const authorization = new URL(started.location()).searchParams
    secrets['state'] = authorization.get('state') ?? ''
    secrets['nonce'] = authorization.get('nonce') ?? ''
    let answer = await browser.get(started.location())
    while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
    secrets['code'] = new URL(answer.location()).searchParams.get('code') ?? ''
    attemptId = attemptIdOf(await browser.get(answer.location()))
    // Two tries fail, so that the worker has something to complain of.
    product.inbox.setFault({ mode: '500', times: 2 })
    secrets['attempt secret'] = cookie(browser, '__Host-attempt-')
    await browser.postJson(
      `/v1/attempts/${attemptId}/decision`,
      { decision: 'create' },
      { 'idempotency-key': 'k' },
    )
    await browser.postJson(`/v1/attempts/${attemptId}/session`, {})
    secrets['session'] = cookie(browser, '__Host-session')
    const message = await eventually(() =>
      product.inbox.messages().find(({ to }) => to === 'canary-77231@people.example'),
    )
    secrets['confirmation token'] = /\/confirm\/(\S+)/.exec(message.text ?? '')?.[1] ?? ''
    const staff = await support.signedIn('alva')
    secrets['staff session'] = cookie(staff, '__Host-staff-session')
    await staff.submit('/search', { q: 'canary-77231@people.example' })
    await staff.get(`/attempts/${attemptId}`)
    await staff.postJson(`/v1/support/attempts/${attemptId}/claims`, { reason: 'canary' })
    await browser.submit(`/confirm/${secrets['confirmation token']}`, {})
    personal['address'] = 'canary-77231@people.example'
    personal['subject'] = 'canary-77231'
    for (const [name, secret] of Object.entries(secrets))
      expect({ name, long: secret.length > 20 }).toEqual({ name, long: true })
  })

  it('lie nowhere in the database', async () => {
    const { pool } = product.testDatabase
    const { rows: tables } = await pool.query<{ name: string }>(
      `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    )
    const found: Record<string, string[]> = {}
    for (const { name } of tables) {
      const { rows } = await pool.query<{ text: string }>(`select t::text as text from ${name} t`)
      const inTable = hits(secrets, rows.map(({ text }) => text).join('\n'))
      if (inTable.length > 0) found[name] = inTable
    }
    expect(tables.length).toBeGreaterThan(20)
    expect(found).toEqual({})
  })

  it('lie nowhere in histories and visibility, and nothing personal does', async () => {
    const everything = { ...secrets, ...personal }
    let runs = 0
    for await (const run of product.temporal.workflow.list()) {
      runs++
      const history = await product.temporal.workflow.getHandle(run.workflowId, run.runId).fetchHistory()
      const bytes = (_key: string, value: unknown): unknown =>
        value !== null &&
        typeof value === 'object' &&
        'type' in value &&
        value.type === 'Buffer' &&
        'data' in value
          ? Buffer.from(value.data as number[]).toString('latin1')
          : value instanceof Uint8Array
            ? Buffer.from(value).toString('latin1')
            : value
      expect(hits(everything, JSON.stringify(history, bytes))).toEqual([])
      expect(hits(everything, inspect(run.raw, { depth: 12, maxArrayLength: null }))).toEqual([])
    }
    expect(runs).toBeGreaterThan(0)
  })

  it('lie nowhere in what is logged, nor does anything personal', () => {
    expect(logged.length).toBeGreaterThan(5)
    // The worker's own lines are among them: the failed tries, with what they failed of.
    expect(logged.join('\n')).toContain('sendMail')
    expect(hits({ ...secrets, ...personal }, logged.join('\n'))).toEqual([])
  })

  it('lie nowhere in what the audit keeps, nor does anything personal', async () => {
    const { rows } = await product.testDatabase.pool.query<{ text: string }>(
      'select e::text as text from audit_events e',
    )
    expect(hits({ ...secrets, ...personal }, rows.map(({ text }) => text).join('\n'))).toEqual([])
  })

  it('lie nowhere in a mail but where they belong', () => {
    const metadata = product.inbox.requests().map((entry) => JSON.stringify(entry))
    expect(metadata.length).toBeGreaterThan(0)
    expect(hits(secrets, metadata.join('\n'))).toEqual([])
  })

  it('would be found: each spelling of one that is planted', () => {
    const secret = 'planted-secret-0123456789-abcdef'
    for (const spelled of spellings(secret)) expect(hits({ secret }, `x ${spelled} y`)).toEqual(['secret'])
  })
})
