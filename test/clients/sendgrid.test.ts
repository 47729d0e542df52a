import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { startMailSink } from '../../dev/demo/sink.js'
import type { MailSink } from '../../dev/demo/sink.js'
import { apiKey, link, mail, sendTo } from './sending.js'

describe('against the sink, which answers as SendGrid does', () => {
  let folder: string
  let sink: MailSink
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sendgrid-'))
    const log = { info: () => undefined, warn: () => undefined }
    sink = await startMailSink({ port: 0, apiKey, apiOrigin: 'http://127.0.0.1:9', dataDir: folder, log })
  })
  afterAll(async () => {
    await sink.close()
    await rm(folder, { recursive: true })
  })
  beforeEach(async () => {
    sink.setFault({ mode: 'ok' })
    await fetch(`${sink.url}/messages`, { method: 'DELETE' })
  })

  it('P52 counts 202 as accepted and keeps the id of the message', async () => {
    const result = await sendTo(sink.url)
    const [message, ...others] = sink.messages()
    expect([result, others]).toEqual([{ kind: 'accepted', providerMessageId: message?.id }, []])
    expect(sink.requests()).toHaveLength(1)
  })

  it('sends one message to one recipient, without tracking, with the opaque id of the try', async () => {
    await sendTo(sink.url)
    expect(sink.messages()).toMatchObject([
      {
        to: mail.to,
        to_name: null,
        from: 'no-reply@auth.example',
        from_name: 'Auth',
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        categories: ['confirmation'],
        custom_args: { try_id: mail.tryId },
        headers: {},
        tracking_settings: {
          click_tracking: { enable: false, enable_text: false },
          open_tracking: { enable: false },
        },
      },
    ])
  })

  it.each([
    "o'neil+news@people.example",
    'nora=x@people.example',
    '!#$%&*/?^_`{|}~-@people.example',
    'jörg@xn--exmple-cua.example',
  ])('P61 sends to %s as it is', async (to) => {
    expect(await sendTo(sink.url, { ...mail, to })).toMatchObject({ kind: 'accepted' })
    expect(sink.messages().map((message) => message.to)).toEqual([to])
  })

  it.each([
    ['400', { kind: 'refused', reason: 'http_400' }],
    ['413', { kind: 'refused', reason: 'http_413' }],
    ['401', { kind: 'misconfigured', reason: 'http_401' }],
    ['403', { kind: 'misconfigured', reason: 'http_403' }],
    ['500', { kind: 'retry', reason: 'http_500' }],
    ['503', { kind: 'retry', reason: 'http_503' }],
  ] as const)('P51 classifies %s, sends it once and nothing arrives', async (mode, result) => {
    sink.setFault({ mode, retry_after: 5 })
    expect(await sendTo(sink.url)).toEqual(result)
    expect([sink.requests().length, sink.messages()]).toEqual([1, []])
  })

  it('classifies 429 with the seconds to wait', async () => {
    sink.setFault({ mode: '429', retry_after: 7 })
    const result = await sendTo(sink.url)
    expect(result).toEqual({ kind: 'rate_limited', reason: 'http_429', seconds: expect.any(Number) })
    expect(result.kind === 'rate_limited' && result.seconds).toBeGreaterThanOrEqual(7)
    expect(result.kind === 'rate_limited' && result.seconds).toBeLessThan(8.1)
  })

  it('classifies a wrong key as its own fault', async () => {
    const { url, close } = await startMailSink({
      port: 0,
      apiKey: 'SG.another',
      apiOrigin: 'http://127.0.0.1:9',
      dataDir: folder,
      log: { info: () => undefined, warn: () => undefined },
    })
    expect(await sendTo(url)).toEqual({ kind: 'misconfigured', reason: 'http_401' })
    await close()
  })

  it('F24 calls silence after the body ambiguous, whether or not the message was taken', async () => {
    for (const [mode, copies] of [
      ['hang', 0],
      ['accept_then_silence', 1],
    ] as const) {
      sink.setFault({ mode })
      expect(await sendTo(sink.url, mail, 200)).toEqual({ kind: 'ambiguous', reason: 'econnaborted' })
      expect(sink.messages()).toHaveLength(copies)
    }
  })

  it('goes on with a fresh connection after each fault', async () => {
    for (const mode of ['500', 'reset', '429', 'ok'] as const) {
      sink.setFault({ mode })
      await sendTo(sink.url)
    }
    expect(sink.messages()).toHaveLength(1)
  })
})

describe('against a server with answers of its own', () => {
  let server: Server
  let url: string
  let answer: (response: ServerResponse) => void
  let paths: string[]
  let connections: number
  beforeAll(async () => {
    server = createServer((request, response) => {
      paths.push(request.url ?? '')
      request.resume().on('end', () => answer(response))
    })
    server.on('connection', () => (connections += 1))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  beforeEach(() => {
    paths = []
    connections = 0
  })
  const head = (status: number, headers: Record<string, string> = {}): void => {
    answer = (response) =>
      response.writeHead(status, headers).end(status === 204 ? undefined : `says ${link}`)
  }

  it.each([200, 201, 202, 204, 299])('F25 counts %i as accepted', async (status) => {
    head(status, { 'x-message-id': 'm1' })
    expect(await sendTo(url)).toEqual({ kind: 'accepted', providerMessageId: 'm1' })
  })

  it('F25 counts 202 as accepted without an id too', async () => {
    head(202)
    expect(await sendTo(url)).toEqual({ kind: 'accepted', providerMessageId: null })
  })

  it.each<[string, Record<string, string>, string]>([
    ['that is no JSON', { 'content-type': 'application/json' }, '{"errors": [oops'],
    ['that tells of errors', { 'content-type': 'application/json' }, '{"errors":[{"message":"no"}]}'],
    ['that is not what its encoding says', { 'content-encoding': 'gzip' }, 'not gzip'],
    ['in an encoding that nobody knows', { 'content-encoding': 'x-unknown' }, 'x'],
    ['of 5 MB', {}, 'x'.repeat(5 * 1024 * 1024)],
  ])('F25 counts 202 with a body %s as accepted', async (_case, headers, body) => {
    answer = (response) => response.writeHead(202, { 'x-message-id': 'm1', ...headers }).end(body)
    expect(await sendTo(url)).toEqual({ kind: 'accepted', providerMessageId: 'm1' })
    expect(paths).toHaveLength(1)
  })

  it('uses a connection again whose answer has ended', async () => {
    for (const status of [202, 500, 302, 202, 429, 202]) {
      head(status)
      await sendTo(url)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(paths).toHaveLength(6)
    expect(connections).toBeLessThan(2)
  })

  it.each([301, 302, 303, 307, 308])(
    'does not follow %i, which would carry the key elsewhere',
    async (status) => {
      head(status, { location: `${url}/elsewhere` })
      expect(await sendTo(url)).toEqual({ kind: 'retry', reason: `http_${status}` })
      expect(paths).toEqual(['/v3/mail/send'])
    },
  )

  it.each([404, 405, 408, 409, 422, 500, 502, 503, 504, 599])('tries again after %i', async (status) => {
    head(status)
    expect(await sendTo(url)).toEqual({ kind: 'retry', reason: `http_${status}` })
    expect(paths).toHaveLength(1)
  })

  const inSeconds = (seconds: number): string => String(Math.floor(Date.now() / 1000) + seconds)
  it.each<[string, () => Record<string, string>, number]>([
    ['Retry-After alone', () => ({ 'retry-after': '7' }), 7],
    ['X-RateLimit-Reset alone', () => ({ 'x-ratelimit-reset': inSeconds(30) }), 30],
    ['a larger X-RateLimit-Reset', () => ({ 'retry-after': '5', 'x-ratelimit-reset': inSeconds(30) }), 30],
    ['a smaller X-RateLimit-Reset', () => ({ 'retry-after': '60', 'x-ratelimit-reset': inSeconds(30) }), 60],
    [
      'an X-RateLimit-Reset that has passed',
      () => ({ 'retry-after': '5', 'x-ratelimit-reset': inSeconds(-100) }),
      5,
    ],
    ['neither', () => ({}), 1],
    ['0', () => ({ 'retry-after': '0', 'x-ratelimit-reset': inSeconds(0) }), 1],
    ['a negative time', () => ({ 'retry-after': '-5' }), 1],
    ['what is no time', () => ({ 'retry-after': 'soon', 'x-ratelimit-reset': 'later' }), 1],
    ['an endless time', () => ({ 'retry-after': 'Infinity' }), 1],
    ['a day', () => ({ 'retry-after': '86400' }), 3600],
    ['a date', () => ({ 'retry-after': new Date(Date.now() + 100_000).toUTCString() }), 100],
    ['a date that has passed', () => ({ 'retry-after': new Date(0).toUTCString() }), 1],
  ])('waits after 429 with %s', async (_case, headers, seconds) => {
    head(429, headers())
    const result = await sendTo(url)
    if (result.kind !== 'rate_limited') throw new Error(`was ${result.kind}`)
    // A time of day loses up to a second where it is cut to whole ones, and what passes meanwhile.
    expect(result.seconds).toBeGreaterThan(seconds - 2)
    expect(result.seconds).toBeGreaterThanOrEqual(1)
    expect(result.seconds).toBeLessThanOrEqual(seconds)
  })
})
