import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Client } from '@sendgrid/client'
import { MailService } from '@sendgrid/mail'
import { startMailSink, type MailSink } from '../../../dev/demo/sink.js'

const log = { info: () => undefined, warn: () => undefined }
const mail = {
  to: 'nora@people.example',
  from: { email: 'no-reply@auth.example', name: 'Auth' },
  subject: 'Confirm your address',
  text: 'Open the link',
  html: '<p>Open the link</p>',
  categories: ['confirmation'],
  customArgs: { try: 'try-1' },
  trackingSettings: { clickTracking: { enable: false } },
}

let dataDir: string
let sink: MailSink

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mail-sink-'))
  sink = await startMailSink({ port: 0, apiKey: 'SG.key', apiOrigin: 'http://127.0.0.1:9', dataDir, log })
})

afterAll(async () => {
  await sink.close()
  await rm(dataDir, { recursive: true })
})

beforeEach(async () => {
  sink.setFault({ mode: 'ok' })
  await fetch(`${sink.url}/messages`, { method: 'DELETE' })
})

describe('POST /v3/mail/send', () => {
  it('takes a message with 202, an empty body and a message id', async () => {
    const [response] = await createMailer().send(mail)

    expect(response.statusCode).toBe(202)
    expect(response.body).toBe('')
    const [message] = sink.messages()
    expect(message).toMatchObject({
      id: (response.headers as Record<string, string>)['x-message-id'],
      to: 'nora@people.example',
      to_name: null,
      from: 'no-reply@auth.example',
      from_name: 'Auth',
      subject: 'Confirm your address',
      text: 'Open the link',
      html: '<p>Open the link</p>',
      categories: ['confirmation'],
      custom_args: { try: 'try-1' },
      tracking_settings: { click_tracking: { enable: false } },
    })
    expect(sink.requests()).toMatchObject([{ status: 202, fault: 'ok', message_id: message?.id }])
  })

  it('refuses a wrong key and a missing one', async () => {
    await expect(createMailer('SG.wrong').send(mail)).rejects.toMatchObject({
      code: 401,
      response: { body: { errors: [{ message: expect.stringContaining('invalid, expired, or revoked') }] } },
    })
    const response = await fetch(`${sink.url}/v3/mail/send`, { method: 'POST', body: '{}' })
    expect(response.status).toBe(401)
    expect(sink.messages()).toEqual([])
    expect(sink.requests()).toHaveLength(2)
  })

  it('says in SendGrid’s form what a body lacks', async () => {
    const response = await post({})
    expect(response.status).toBe(400)
    const { errors } = (await response.json()) as {
      errors: { field: string; message: string; help: string }[]
    }
    expect(errors.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['personalizations', 'from', 'content']),
    )
    expect(errors[0]).toEqual({
      field: expect.any(String),
      message: expect.any(String),
      help: expect.any(String),
    })
  })

  it('wants a subject and whole addresses', async () => {
    const body = {
      personalizations: [{ to: [{ email: 'not an address' }] }],
      from: { email: 'no-reply@auth.example' },
      subject: 'x',
      content: [{ type: 'text/plain', value: 'x' }],
    }
    await expect((await post(body)).json()).resolves.toMatchObject({
      errors: [{ field: 'personalizations.0.to.0.email', message: 'Does not contain a valid address.' }],
    })
    const noSubject = { ...body, subject: '', personalizations: [{ to: [{ email: 'nora@people.example' }] }] }
    await expect((await post(noSubject)).json()).resolves.toMatchObject({ errors: [{ field: 'subject' }] })
    expect((await post('not json')).status).toBe(400)
  })

  it('answers 413 to more than 30 MB', async () => {
    const response = await post('x'.repeat(30 * 1024 * 1024 + 1))
    expect(response.status).toBe(413)
  })

  it('checks but does not keep what is sent in sandbox mode', async () => {
    const [response] = await createMailer().send({ ...mail, mailSettings: { sandboxMode: { enable: true } } })
    expect(response.statusCode).toBe(200)
    expect(sink.messages()).toEqual([])
  })

  it('puts one copy into the mailbox of each recipient', async () => {
    await createMailer().send({ ...mail, to: ['a@people.example', 'b@people.example'] })
    expect(sink.messages().map(({ to }) => to)).toEqual(['b@people.example', 'a@people.example'])
    expect(new Set(sink.messages().map(({ id }) => id)).size).toBe(2)
  })

  it('shows its scopes to the right key', async () => {
    const scopes = (key: string) =>
      fetch(`${sink.url}/v3/scopes`, { headers: { authorization: `Bearer ${key}` } })
    await expect((await scopes('SG.key')).json()).resolves.toEqual({ scopes: ['mail.send'] })
    expect((await scopes('SG.wrong')).status).toBe(401)
  })
})

describe('PUT /faults', () => {
  it.each(['400', '401', '403', '413', '429', '500', '503'])(
    '%s answers so and keeps nothing',
    async (mode) => {
      await putFault({ mode })
      await expect(createMailer().send(mail)).rejects.toMatchObject({ code: Number(mode) })
      expect(sink.messages()).toEqual([])
      expect(sink.requests()).toMatchObject([
        { status: Number(mode), fault: mode, to: ['nora@people.example'] },
      ])
    },
  )

  it('429 tells when to come again', async () => {
    await putFault({ mode: '429', times: null, retry_after: 7 })
    const response = await post({})
    expect(response.headers.get('retry-after')).toBe('7')
    const reset = Number(response.headers.get('x-ratelimit-reset'))
    expect(Math.abs(reset - (Date.now() / 1000 + 7))).toBeLessThan(2)
  })

  it('ends by itself after so many times', async () => {
    await putFault({ mode: '500', times: 2 })
    const mailer = createMailer()
    await expect(mailer.send(mail)).rejects.toMatchObject({ code: 500 })
    await expect(mailer.send(mail)).rejects.toMatchObject({ code: 500 })
    await mailer.send(mail)
    expect(sink.requests().map(({ status }) => status)).toEqual([202, 500, 500])
    await expect((await fetch(`${sink.url}/faults`)).json()).resolves.toMatchObject({ mode: 'ok' })
  })

  it('hang reads the body and stays silent', async () => {
    await putFault({ mode: 'hang' })
    await expect(createMailer('SG.key', 300).send(mail)).rejects.toMatchObject({ code: 'ECONNABORTED' })
    expect(sink.messages()).toEqual([])
    expect(sink.requests()).toMatchObject([{ status: null, fault: 'hang' }])
  })

  it('accept_then_silence keeps the message and stays silent', async () => {
    await putFault({ mode: 'accept_then_silence' })
    await expect(createMailer('SG.key', 300).send(mail)).rejects.toMatchObject({ code: 'ECONNABORTED' })
    expect(sink.messages()).toHaveLength(1)
    expect(sink.requests()).toMatchObject([{ status: null, message_id: sink.messages()[0]?.id }])
  })

  it('reset cuts the connection', async () => {
    await putFault({ mode: 'reset' })
    await expect(createMailer().send(mail)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(sink.messages()).toEqual([])
    expect(sink.requests()).toMatchObject([{ status: null, fault: 'reset' }])
  })

  it('refuses a mode that there is not', async () => {
    const response = await putFault({ mode: 'explode' })
    expect(response.status).toBe(400)
    expect((await putFault('{')).status).toBe(400)
    await expect((await fetch(`${sink.url}/faults`)).json()).resolves.toMatchObject({ mode: 'ok' })
  })
})

function createMailer(apiKey = 'SG.key', timeout = 5000): MailService {
  const client = new Client()
  client.setApiKey(apiKey)
  const defaults = { url: '', baseUrl: sink.url, timeout }
  client.setDefaultRequest(defaults)
  const mailer = new MailService()
  mailer.setClient(client)
  return mailer
}

function post(body: unknown): Promise<Response> {
  return fetch(`${sink.url}/v3/mail/send`, {
    method: 'POST',
    headers: { authorization: 'Bearer SG.key', 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

function putFault(fault: unknown): Promise<Response> {
  const body = typeof fault === 'string' ? fault : JSON.stringify(fault)
  return fetch(`${sink.url}/faults`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body })
}
