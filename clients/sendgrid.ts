import { Readable } from 'node:stream'
import { Client } from '@sendgrid/client'
import { MailService } from '@sendgrid/mail'
import type { SendResult } from '../domain/mail.js'

interface OutgoingMail {
  /** One addr-spec. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Opaque id of the try; comes back with every event of the message. */
  readonly tryId: string
  /** Kind of the mail, for the provider's statistics. */
  readonly category: string
}

/** What the mail activities need of a mail provider; another one is another file. */
export interface MailTransport {
  /** Sends one message. Never throws for what the provider or the network does: that is the result. */
  send(mail: OutgoingMail): Promise<SendResult>
}

export interface SendGridOptions {
  readonly apiKey: string
  /** Such as `https://api.sendgrid.com`; the embedded stack has its own sink. */
  readonly baseUrl: string
  readonly from: { readonly name: string; readonly email: string }
  /** Milliseconds for the whole request; below the activity's timeout. */
  readonly timeout: number
}

/** SendGrid's v3 Mail Send, with an own client: the package's default one is shared by everybody in the process. */
export const createSendGridTransport = (options: SendGridOptions): MailTransport => {
  const client = new Client()
  client.setApiKey(options.apiKey)
  const { baseUrl, timeout } = options
  // After the key, because setting a key sets the base URL back. A redirect would carry the key to another host. As a stream,
  // because the head of an answer decides: a body that is cut off or cannot be read does not undo a 202.
  const defaults = { url: '', baseUrl, timeout, maxRedirects: 0, responseType: 'stream', decompress: false }
  client.setDefaultRequest(defaults)
  const mailService = new MailService()
  mailService.setClient(client)

  return {
    async send(mail) {
      try {
        const [response] = await mailService.send({
          to: mail.to,
          from: options.from,
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          customArgs: { try_id: mail.tryId },
          categories: [mail.category],
          trackingSettings: {
            clickTracking: { enable: false, enableText: false },
            openTracking: { enable: false },
          },
        })
        letGo(response.body, timeout)
        const id: unknown = (response.headers as Record<string, unknown>)['x-message-id']
        return { kind: 'accepted', providerMessageId: typeof id === 'string' ? id : null }
      } catch (error) {
        const failure: Failure = typeof error === 'object' && error !== null ? error : {}
        letGo(failure.response?.body ?? failure.response?.data, timeout)
        return classifyFailure(failure)
      }
    },
  }
}

/** Reads a body to its end, so that the connection can be used again; gives the connection up where that takes too long. */
const letGo = (body: unknown, timeout: number): void => {
  if (!(body instanceof Readable)) return
  const timer = setTimeout(() => body.destroy(), timeout).unref()
  body
    .on('error', () => undefined)
    .on('close', () => clearTimeout(timer))
    .resume()
}

interface Failure {
  /** HTTP status as a number, or the code of a network error. */
  readonly code?: string | number
  /** The package has the body under one name, the HTTP client below it under the other. */
  readonly response?: {
    readonly status?: number
    readonly headers?: Readonly<Record<string, unknown>>
    readonly body?: unknown
    readonly data?: unknown
  }
  readonly request?: {
    readonly writableFinished?: boolean
    readonly socket?: { readonly secureConnecting?: boolean } | null
  }
}

/** A connection that stood and broke. This side is told late what had left by then. */
const broken = new Set(['econnreset', 'epipe'])

/**
 * Reads an error of the package. The error itself goes no further: its text holds the request, and with it the key and the link.
 */
const classifyFailure = (failure: Failure): SendResult => {
  const status = typeof failure.code === 'number' ? failure.code : failure.response?.status
  if (status !== undefined) return classifyStatus(status, failure.response?.headers ?? {})
  const reason = typeof failure.code === 'string' ? failure.code.toLowerCase() : 'network'
  // Nothing leaves before the TLS handshake is over. Once the whole body may have left, the provider may have taken the message,
  // whatever became of the answer.
  const { writableFinished, socket } = failure.request ?? {}
  const sent = socket?.secureConnecting !== true && (writableFinished === true || broken.has(reason))
  return sent ? { kind: 'ambiguous', reason } : { kind: 'retry', reason }
}

const classifyStatus = (status: number, headers: Readonly<Record<string, unknown>>): SendResult => {
  const reason = `http_${status}`
  if (status === 429) return { kind: 'rate_limited', seconds: secondsToWait(headers), reason }
  if (status === 401 || status === 403) return { kind: 'misconfigured', reason }
  if (status === 400 || status === 413) return { kind: 'refused', reason }
  return { kind: 'retry', reason }
}

/** The longer of `Retry-After` (seconds or a date, RFC 9110 10.2.3) and `X-RateLimit-Reset` (seconds since 1970); 1 s to 1 h. */
const secondsToWait = (headers: Readonly<Record<string, unknown>>): number => {
  const now = Date.now() / 1000
  const retryAfter = headers['retry-after']
  const seconds = Number(retryAfter)
  const until = Number.isNaN(seconds) ? Date.parse(String(retryAfter)) / 1000 - now : seconds
  const reset = Number(headers['x-ratelimit-reset']) - now
  return Math.min(Math.max(1, ...[until, reset].filter(Number.isFinite)), 3600)
}
