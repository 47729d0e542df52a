import { createPublicKey, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import { readMailEvents, receiveMailEvents } from '../acts/receive-mail-events.js'
import type { Handler } from '../route.js'

const largestBody = 1024 * 1024
/** Seconds that the signed time of a delivery may be away from ours; the events in it may be days old. */
const window = 300

/**
 * SendGrid's signed event webhook: ECDSA over timestamp and raw body, checked before anything is parsed. The package made for it
 * throws on a malformed signature and checks no time.
 */
export const postWebhooksSendgrid: Handler = (dependencies) => {
  const { sendGridWebhookKey } = dependencies
  const key =
    sendGridWebhookKey === null
      ? null
      : createPublicKey({ key: Buffer.from(sendGridWebhookKey, 'base64'), format: 'der', type: 'spki' })
  return {
    method: 'POST',
    path: '/webhooks/sendgrid',
    access: 'anyone',
    async handle(context) {
      if (key === null) throw new AppError('not_found')
      const body = await readRaw(context)
      if (!isSigned(context, key, body)) throw new AppError('bad_request')
      await receiveMailEvents(dependencies, readMailEvents(parse(body)))
      context.status = 204
    },
  }
}

const isSigned = (context: Context, key: KeyObject, body: Buffer): boolean => {
  const timestamp = context.get('x-twilio-email-event-webhook-timestamp')
  const signature = Buffer.from(context.get('x-twilio-email-event-webhook-signature'), 'base64')
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > window) return false
  try {
    return verify('sha256', Buffer.concat([Buffer.from(timestamp), body]), key, signature)
  } catch {
    return false // not a DER signature at all
  }
}

const readRaw = async (context: Context): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of context.req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largestBody) throw new AppError('payload_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw new AppError('bad_request', { cause: error })
  }
}
