import { createPublicKey, verify } from 'node:crypto'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { startMailSink, type MailSink } from '../../../dev/demo/sink.js'

type Posted = { headers: IncomingHttpHeaders; body: Buffer }

const log = { info: () => undefined, warn: () => undefined }
const posted: Posted[] = []

let dataDir: string
let api: Server
let sink: MailSink

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'inbox-'))
  api = createServer((request, response) => void takeEvent(request, response))
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  sink = await startSink()
})

afterAll(async () => {
  await sink.close()
  api.close()
  api.closeAllConnections()
  await rm(dataDir, { recursive: true })
})

beforeEach(async () => {
  posted.length = 0
  await fetch(`${sink.url}/messages`, { method: 'DELETE' })
})

describe('GET /messages', () => {
  it('lists the newest first, and those to one address', async () => {
    await send('nora@people.example', 'first')
    await send('taro@acme.example', 'second')
    await expect(subjects('/messages')).resolves.toEqual(['second', 'first'])
    await expect((await fetch(`${sink.url}/messages`)).json()).resolves.toMatchObject({ next: null })
    await expect(subjects('/messages?to=Nora@people.example')).resolves.toEqual(['first'])
    await expect(subjects('/messages?to=nora@people.exampl')).resolves.toEqual([])
  })

  it('is empty after DELETE, ledger and all', async () => {
    await send('nora@people.example', 'first')
    expect((await fetch(`${sink.url}/messages`, { method: 'DELETE' })).status).toBe(204)
    await expect(subjects('/messages')).resolves.toEqual([])
    await expect((await fetch(`${sink.url}/requests`)).json()).resolves.toEqual({ items: [] })
  })

  it('keeps its messages over a restart', async () => {
    await send('nora@people.example', 'first')
    await send('nora@people.example', 'second')
    const before = { key: sink.publicKey, messages: sink.messages() }
    await sink.close()
    sink = await startSink()
    expect({ key: sink.publicKey, messages: sink.messages() }).toEqual(before)
  })
})

describe('the pages', () => {
  it('show the inbox and one message, with the mail in a frame that runs nothing', async () => {
    const id = await send('nora@people.example', 'Hello <b>you</b>')
    const inbox = await page('/?to=nora')
    expect(inbox).toContain('Hello &lt;b>you&lt;/b>')
    await expect(page('/?to=nobody')).resolves.toContain('No mail to “nobody”')

    const message = await page(`/messages/${id}`)
    expect(message).toContain('nora@people.example')
    expect(message).toContain('sandbox="allow-top-navigation-by-user-activation')

    const html = await fetch(`${sink.url}/messages/${id}/html`)
    expect(html.headers.get('content-security-policy')).toMatch(
      /^sandbox allow-top-navigation-by-user-activation/,
    )
    await expect(html.text()).resolves.toBe(
      '<base target="_top"><a href="http://127.0.0.1:3000/confirm/x">Confirm</a>',
    )
  })

  it('give one message as JSON to whoever asks for it', async () => {
    const id = await send('nora@people.example', 'first')
    const response = await fetch(`${sink.url}/messages/${id}`, { headers: { accept: 'application/json' } })
    await expect(response.json()).resolves.toMatchObject({ id, subject: 'first' })
    expect((await fetch(`${sink.url}/messages/none`)).status).toBe(404)
  })

  it('post forms that need no script', async () => {
    const id = await send('nora@people.example', 'first')
    const event = await postForm(`/messages/${id}/events`, { event: 'delivered' })
    expect([event.status, event.headers.get('location')]).toEqual([303, `/messages/${id}`])
    await expect(page(`/messages/${id}`)).resolves.toContain('answered with 204')

    expect((await postForm('/faults', { mode: '500' })).status).toBe(303)
    await expect(page('/')).resolves.toContain('Mail is being made to fail')
    await postForm('/faults', { mode: 'ok' })

    expect((await postForm('/messages/empty', {})).status).toBe(303)
    expect(sink.messages()).toEqual([])
  })
})

describe('POST /messages/{id}/events', () => {
  it('signs the event as SendGrid does and posts it to the application', async () => {
    const id = await send('nora@people.example', 'first')
    const answer = await postEvent(id, { event: 'bounce', reason: '550 no such person' })
    expect(answer).toEqual({ deliveries: [{ event: 'bounce', time: expect.any(String), status: 204 }] })

    const [{ headers, body } = { headers: {}, body: Buffer.of() }] = posted
    const { public_key: key } = (await (await fetch(`${sink.url}/webhook-key`)).json()) as {
      public_key: string
    }
    expect(key).toBe(sink.publicKey)
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
    const signature = String(headers['x-twilio-email-event-webhook-signature'])
    const timestamp = String(headers['x-twilio-email-event-webhook-timestamp'])
    const isSigned = (bytes: Buffer) =>
      verify(
        'sha256',
        Buffer.concat([Buffer.from(timestamp), bytes]),
        publicKey,
        Buffer.from(signature, 'base64'),
      )
    expect(isSigned(body)).toBe(true)
    expect(isSigned(Buffer.concat([body, Buffer.from(' ')]))).toBe(false)

    expect(JSON.parse(body.toString())).toEqual([
      {
        email: 'nora@people.example',
        event: 'bounce',
        type: 'bounce',
        status: '5.1.1',
        reason: '550 no such person',
        timestamp: expect.any(Number),
        category: ['confirmation'],
        try: 'try-1',
        sg_event_id: expect.any(String),
        sg_message_id: expect.stringMatching(`^${id}\\.`),
      },
    ])
  })

  it('repeats one event, and sends it late', async () => {
    const id = await send('nora@people.example', 'first')
    await postEvent(id, { event: 'delivered', times: 3 })
    expect(posted).toHaveLength(3)
    expect(new Set(posted.map(({ body }) => body.toString())).size).toBe(1)

    await expect(postEvent(id, { event: 'processed', delay: 0.1 })).resolves.toEqual({ deliveries: [] })
    expect(posted).toHaveLength(3)
    while (posted.length < 4) await new Promise((resolve) => setTimeout(resolve, 20))
  })

  it('says so when the application is away, and refuses unknown events', async () => {
    const away = await startSink('http://127.0.0.1:9')
    try {
      const id = await send('nora@people.example', 'first', away)
      await expect(postEvent(id, { event: 'dropped' }, away)).resolves.toMatchObject({
        deliveries: [{ status: null }],
      })
      const response = await fetch(`${away.url}/messages/${id}/events`, {
        method: 'POST',
        body: '{"event":"lost"}',
      })
      expect(response.status).toBe(400)
    } finally {
      await away.close()
    }
  })
})

function startSink(apiOrigin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`): Promise<MailSink> {
  return startMailSink({ port: 0, apiKey: 'SG.key', apiOrigin, dataDir, log })
}

async function send(to: string, subject: string, at = sink): Promise<string> {
  const response = await fetch(`${at.url}/v3/mail/send`, {
    method: 'POST',
    headers: { authorization: 'Bearer SG.key' },
    body: JSON.stringify({
      personalizations: [{ to: [{ email: to }], custom_args: { try: 'try-1' } }],
      from: { email: 'no-reply@auth.example' },
      subject,
      categories: ['confirmation'],
      content: [
        { type: 'text/plain', value: 'http://127.0.0.1:3000/confirm/x' },
        { type: 'text/html', value: '<a href="http://127.0.0.1:3000/confirm/x">Confirm</a>' },
      ],
    }),
  })
  return String(response.headers.get('x-message-id'))
}

async function subjects(path: string): Promise<string[]> {
  const { items } = (await (await fetch(sink.url + path)).json()) as { items: { subject: string }[] }
  return items.map(({ subject }) => subject)
}

async function takeEvent(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Buffer.concat(await request.toArray())
  posted.push({ headers: request.headers, body })
  response.statusCode = request.url === '/webhooks/sendgrid' ? 204 : 404
  response.end()
}

async function page(path: string): Promise<string> {
  return (await fetch(sink.url + path, { headers: { accept: 'text/html' } })).text()
}

function postForm(path: string, form: Record<string, string>): Promise<Response> {
  return fetch(sink.url + path, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
}

async function postEvent(id: string, event: unknown, at = sink): Promise<unknown> {
  const response = await fetch(`${at.url}/messages/${id}/events`, {
    method: 'POST',
    body: JSON.stringify(event),
  })
  return response.json()
}
