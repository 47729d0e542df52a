import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import Router from '@koa/router'
import type { Context } from 'koa'
import type { Faults } from './faults.js'
import { messagesOf, type MessageStore } from './message-store.js'
import { readBody } from './read-body.js'
import type { LedgerEntry, RequestLedger } from './request-ledger.js'
import { keyProblem, sendOutcome, type SendAnswer } from './send-answer.js'
import { parseSendRequest } from './send-request.js'

type SendRoutesOptions = {
  readonly apiKey: string
  readonly store: MessageStore
  readonly ledger: RequestLedger
  readonly faults: Faults
}

const maxBytes = 30 * 1024 * 1024

/** `POST /v3/mail/send` and `GET /v3/scopes` with SendGrid's answers, or with those of the current fault. */
export function createSendRoutes({ apiKey, store, ledger, faults }: SendRoutesOptions) {
  const router = new Router({ prefix: '/v3' })

  router.get('/scopes', (ctx) => {
    const problem = keyProblem(ctx.get('authorization'), apiKey)
    reply(ctx, problem ? { status: 401, body: problem } : { status: 200 })
    if (!problem) ctx.body = { scopes: ['mail.send'] }
  })

  router.post('/mail/send', async (ctx) => {
    const problem = keyProblem(ctx.get('authorization'), apiKey)
    if (problem) {
      note({ status: 401 })
      reply(ctx, { status: 401, body: problem })
      return
    }
    const fault = faults.take()
    if (fault.mode === 'reset') {
      note({ fault: 'reset' })
      return cutOff(ctx)
    }
    const body = await readBody(ctx.req, maxBytes)
    const parsed = body === undefined ? undefined : parseSendRequest(body)
    const messageId = randomBytes(16).toString('base64url')
    const { accepted, answer } = sendOutcome(parsed, fault, messageId)
    const copies = parsed?.request ? messagesOf(parsed.request, messageId) : []
    if (accepted) for (const copy of copies) store.add(copy)
    note({
      status: answer?.status ?? null,
      fault: fault.mode,
      message_id: accepted ? messageId : null,
      to: copies.map(({ to }) => to),
      subject: copies[0]?.subject ?? null,
      custom_args: copies[0]?.custom_args ?? {},
    })
    if (answer) reply(ctx, answer)
    else ctx.respond = false
  })

  return router.routes()

  function note(entry: Partial<LedgerEntry>): void {
    const time = new Date().toISOString()
    ledger.add({
      time,
      status: null,
      fault: 'ok',
      message_id: null,
      to: [],
      subject: null,
      custom_args: {},
      ...entry,
    })
  }
}

function reply(ctx: Context, { status, body, headers = {} }: SendAnswer): void {
  ctx.body = body ?? ''
  ctx.status = status
  ctx.set(headers)
}

async function cutOff(ctx: Context): Promise<void> {
  ctx.respond = false
  await once(ctx.req, 'data')
  ctx.req.socket.destroy()
}
