import { randomBytes, sign, type KeyObject } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import type { InboxMessage, WebhookDelivery } from './message-store.js'

const webhookEvents = ['processed', 'delivered', 'deferred', 'bounce', 'dropped', 'open', 'click'] as const

/** What to send: `times` posts of the same event (SendGrid repeats itself), after `delay` seconds. */
export const eventInput = z.object({
  event: z.enum(webhookEvents),
  reason: z.string().optional(),
  times: z.number().int().min(1).max(100).default(1),
  delay: z.number().min(0).max(3600).default(0),
})

type EventInput = z.output<typeof eventInput>

export type WebhookTarget = { readonly url: string; readonly privateKey: KeyObject }

/** Signs a delivery event for a message as SendGrid does, and posts it; a target that is away is an answer too. */
export async function sendWebhookEvent(
  target: WebhookTarget,
  message: InboxMessage,
  input: EventInput,
): Promise<WebhookDelivery[]> {
  const body = Buffer.from(`${JSON.stringify([webhookEvent(message, input)])}\r\n`)
  await wait(input.delay * 1000, undefined, { ref: false })
  const deliveries: WebhookDelivery[] = []
  for (let copy = 0; copy < input.times; copy += 1) {
    const delivery = { event: input.event, time: new Date().toISOString(), status: await post(target, body) }
    deliveries.push(delivery)
    message.events.push(delivery)
  }
  return deliveries
}

/** The event's JSON: custom args lie at the top level, and the message id only begins with the 202's. */
function webhookEvent(message: InboxMessage, { event, reason }: EventInput) {
  return {
    ...message.custom_args,
    ...details(event, reason),
    email: message.to,
    timestamp: Math.floor(Date.now() / 1000),
    event,
    category: message.categories,
    sg_event_id: randomBytes(16).toString('base64url'),
    sg_message_id: `${message.message_id}.recvd-demo-0-0.0`,
  }
}

function details(event: EventInput['event'], reason: string | undefined) {
  switch (event) {
    case 'processed':
      return {}
    case 'delivered':
      return { response: reason ?? '250 OK' }
    case 'deferred':
      return { response: reason ?? '451 4.7.1 Try again later', attempt: '1' }
    case 'bounce':
      return { type: 'bounce', status: '5.1.1', reason: reason ?? '550 5.1.1 The mailbox does not exist' }
    case 'dropped':
      return { status: '5.0.0', reason: reason ?? 'Bounced Address' }
    case 'open':
      return { ip: '203.0.113.7', useragent: 'A mail program', sg_machine_open: true }
    case 'click':
      return { ip: '203.0.113.7', useragent: 'A scanner', url: 'https://sign-in.example/' }
  }
}

async function post({ url, privateKey }: WebhookTarget, body: Buffer<ArrayBuffer>): Promise<number | null> {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = sign('sha256', Buffer.concat([Buffer.from(timestamp), body]), privateKey)
  const headers = {
    'content-type': 'application/json',
    'x-twilio-email-event-webhook-signature': signature.toString('base64'),
    'x-twilio-email-event-webhook-timestamp': timestamp,
  }
  try {
    const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return null
  }
}
