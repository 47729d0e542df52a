import { AssertionError } from 'node:assert'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { Client } from '@sendgrid/client'
import { createLogger } from '../../clients/log.js'
import type { Logger } from '../../clients/log.js'
import { AppError } from '../../domain/errors.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { createWorld } from '../store/world.js'

let lines: string[]
let log: Logger
beforeEach(() => {
  lines = []
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
  log = createLogger('test', 'debug')
})
afterEach(() => {
  jest.restoreAllMocks()
})

/** The only line that was written, read back. */
const written = (): Record<string, unknown> => {
  expect(lines).toHaveLength(1)
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>
}
const thrownBy = async (work: () => unknown): Promise<unknown> => {
  try {
    await work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
const secret = 'SG.canary-d41d8cd98f00'
const everyWay: [string, (error: unknown) => void][] = [
  ['as `error` with words', (error) => log.error({ error }, 'it failed')],
  ['as `error` without words', (error) => log.error({ error })],
  ['as `err` with words', (error) => log.error({ err: error }, 'it failed')],
  ['as `err` without words', (error) => log.error({ err: error })],
  ['alone', (error) => log.error(error)],
  ['alone with words', (error) => log.error(error, 'it failed')],
  ['by a child', (error) => log.child({ attemptId: 'a1' }).warn({ error }, 'it failed')],
]

describe('a database error', () => {
  let test: TestDatabase
  let error: unknown
  beforeAll(async () => {
    test = await createTestDatabase()
    const world = createWorld(test.pool)
    const email = { ...world.email(), canonical: `${secret}@people.example` }
    error = await thrownBy(async () => {
      await world.user(email, true)
      await world.user(email, true)
    })
  })
  afterAll(() => test.drop())

  it.each(everyWay)('is written %s, without the values of its statement', (_way, write) => {
    write(error)
    expect(JSON.stringify({ ...(error as object) })).toContain(secret)
    expect(lines.join('')).not.toContain(secret)
    const { error: described, err } = written()
    expect(described ?? err).toMatchObject({
      code: '23505',
      constraint: 'user_emails_verified_holder',
      table: 'user_emails',
    })
  })

  it('is written without the value that the server could not read', async () => {
    const unread = await thrownBy(() => test.pool.query('select $1::uuid', [secret]))
    log.error({ error: unread }, 'it failed')
    expect(String(unread)).toContain(secret)
    expect(lines.join('')).not.toContain(secret)
    expect(written()).toMatchObject({ error: { code: '22P02' } })
  })
})

describe('an error of the package that sends mail', () => {
  const client = new Client()
  const provoke = (baseUrl: string): Promise<unknown> =>
    thrownBy(() =>
      client.request({
        baseUrl,
        method: 'POST',
        url: '/v3/mail/send',
        body: { to: `${secret}@people.example` },
      }),
    )
  let error: unknown
  beforeAll(async () => {
    client.setApiKey(secret)
    error = await provoke('http://127.0.0.1:1')
  })

  it.each(everyWay)('is written %s, without headers, key and body', (_way, write) => {
    write(error)
    expect(JSON.stringify((error as { config?: unknown }).config)).toContain(secret)
    expect(lines.join('')).not.toContain(secret)
    const { error: described, err } = written()
    expect(described ?? err).toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('any error', () => {
  it('has a name, a code and the place where it was made', () => {
    log.error({ error: new AppError('unavailable', { cause: new TypeError(secret) }) }, 'it failed')
    const at = expect.arrayContaining([expect.stringMatching(/^at .*log\.test\.ts:\d+:\d+/)])
    expect(written()).toMatchObject({
      level: 50,
      name: 'test',
      msg: 'it failed',
      error: { name: 'AppError', code: 'unavailable', at, cause: { name: 'TypeError', at } },
    })
    expect(lines.join('')).not.toContain(secret)
  })

  it.each([
    ['looks like a place', `x\n    at ${secret} (file:///x.ts:1:1)\n    at ${secret}:2:2`],
    ['ends in one', `\n    at ${secret} (file:///x.ts:1:1)`],
    ['has many lines', `${secret}\n`.repeat(20)],
    ['is empty', ''],
  ])('is written without a message that %s', (_case, message) => {
    log.error({ error: new Error(message) }, 'it failed')
    expect(lines.join('')).not.toContain(secret)
    expect(written()).toMatchObject({
      error: { name: 'Error', at: expect.arrayContaining([expect.stringContaining('log.test.ts')]) },
    })
  })

  it('is written without a message that was changed after it was made', () => {
    const error = new Error(`x\n    at ${secret}`)
    expect(error.stack).toContain(secret)
    error.message = 'another'
    log.error({ error }, 'it failed')
    expect(lines.join('')).not.toContain(secret)
  })

  it.each(everyWay)('is written %s, without its words', (_way, write) => {
    write(new Error(`invalid input: ${secret}`))
    expect(lines.join('')).not.toContain(secret)
    expect(written()).not.toMatchObject({ msg: expect.stringContaining('invalid input') })
  })

  it('is written without what hangs on it', () => {
    const error = new AssertionError({ actual: secret, expected: secret, operator: 'equal' })
    Object.assign(error, {
      config: { headers: { authorization: secret } },
      detail: secret,
      response: { body: secret },
    })
    log.error({ error }, 'it failed')
    expect(lines.join('')).not.toContain(secret)
  })

  it.each([
    ['text', secret],
    ['nothing', undefined],
    ['null', null],
    ['an object', { message: secret, code: secret }],
    ['a list', [secret]],
  ])('that is none but %s is told by its kind alone', (_case, value) => {
    log.error({ error: value }, 'it failed')
    expect(lines.join('')).not.toContain(secret)
    expect(written()).toMatchObject({ msg: 'it failed' })
  })

  it('that is its own cause is written all the same', () => {
    const error = new Error('round')
    error.cause = error
    log.error({ error }, 'it failed')
    expect(written()).toMatchObject({ error: { name: 'Error', cause: { name: 'Error' } } })
  })
})

describe('a line', () => {
  it.each(['authorization', 'cookie', 'token', 'code', 'state', 'password', 'email', 'address'])(
    'hides `%s` where it was handed in',
    (name) => {
      log.info({ [name]: secret, requestId: 'r1' }, 'done')
      expect(written()).toMatchObject({ [name]: '[redacted]', requestId: 'r1', msg: 'done' })
    },
  )

  it.each(['authorization', 'cookie', 'token'])('hides `%s` one level down', (name) => {
    log.info({ headers: { [name]: secret } }, 'done')
    expect(written()).toMatchObject({ headers: { [name]: '[redacted]' } })
  })

  it('is written from the level on that was asked for', () => {
    log = createLogger('test', 'warn')
    log.info('not this')
    log.warn('but this')
    expect(written()).toMatchObject({ msg: 'but this', level: 40 })
  })
})
