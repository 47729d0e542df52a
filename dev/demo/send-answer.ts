import type { Fault } from './faults.js'
import { sendGridErrors, type ParsedSend, type SendGridErrors } from './send-request.js'

export type SendAnswer = {
  readonly status: number
  readonly body?: SendGridErrors
  readonly headers?: Record<string, string>
}

/** What becomes of a send: whether its message is kept, and the answer (none: silence). */
type SendOutcome = { readonly accepted: boolean; readonly answer?: SendAnswer }

const faultWords: Record<string, string> = {
  400: 'Bad Request',
  401: 'The provided authorization grant is invalid, expired, or revoked',
  403: 'access forbidden',
  413: 'The JSON payload you have included in your request is too large.',
  429: 'too many requests',
  500: 'Internal server error',
  503: 'Service unavailable',
}

/** SendGrid's words for a missing or wrong API key; undefined when the key is right. */
export function keyProblem(authorization: string, apiKey: string): SendGridErrors | undefined {
  if (authorization === `Bearer ${apiKey}`) return undefined
  if (!authorization) return sendGridErrors('Permission denied, wrong credentials')
  return sendGridErrors('The provided authorization grant is invalid, expired, or revoked')
}

/** The outcome of a send whose body has arrived; a body that was too long has no `parsed`. */
export function sendOutcome(parsed: ParsedSend | undefined, fault: Fault, messageId: string): SendOutcome {
  if (!parsed) return refused(faultAnswer({ ...fault, mode: '413' }))
  if (fault.mode === 'hang') return { accepted: false }
  if (fault.mode !== 'ok' && fault.mode !== 'accept_then_silence') return refused(faultAnswer(fault))
  if (parsed.problem) return refused({ status: 400, body: parsed.problem })
  if (parsed.request.mail_settings?.sandbox_mode?.enable) return refused({ status: 200 })
  if (fault.mode === 'accept_then_silence') return { accepted: true }
  return { accepted: true, answer: { status: 202, headers: { 'x-message-id': messageId } } }
}

function refused(answer: SendAnswer): SendOutcome {
  return { accepted: false, answer }
}

function faultAnswer(fault: Fault): SendAnswer {
  return {
    status: Number(fault.mode),
    body: sendGridErrors(faultWords[fault.mode] ?? 'Bad Request'),
    headers: retryHeaders(fault),
  }
}

function retryHeaders({ mode, retry_after: retryAfter }: Fault): Record<string, string> {
  if (mode === '503' && retryAfter !== null) return { 'retry-after': String(Math.ceil(retryAfter)) }
  if (mode !== '429') return {}
  const seconds = Math.ceil(retryAfter ?? 1)
  return {
    'retry-after': String(seconds),
    'x-ratelimit-limit': '600',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + seconds),
  }
}
