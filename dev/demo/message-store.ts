import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SendRequest } from './send-request.js'

/** One post of a delivery event and what the application answered; `status` is null when nobody answered. */
export type WebhookDelivery = {
  readonly event: string
  readonly time: string
  readonly status: number | null
}

/** One copy of a mail in one mailbox, with the field names of the inbox's JSON. */
export type InboxMessage = {
  readonly id: string
  /** What the 202 said in `X-Message-Id`; the copies of one send share it. */
  readonly message_id: string
  readonly time: string
  readonly to: string
  readonly to_name: string | null
  readonly from: string
  readonly from_name: string | null
  readonly subject: string
  readonly text: string | null
  readonly html: string | null
  readonly headers: Record<string, string>
  readonly custom_args: Record<string, string>
  readonly categories: readonly string[]
  readonly tracking_settings: unknown
  /** The delivery events sent for it since the sink was started. */
  readonly events: WebhookDelivery[]
}

/** The accepted messages, in memory and as lines of `inbox.jsonl`, from which a restart reads them again. */
export function createMessageStore(dataDir: string) {
  mkdirSync(dataDir, { recursive: true })
  const file = join(dataDir, 'inbox.jsonl')
  const messages = new Map(readMessages(file).map((message) => [message.id, message]))

  return {
    add(message: InboxMessage): void {
      appendFileSync(file, `${JSON.stringify(message)}\n`)
      messages.set(message.id, message)
    },
    find: (id: string): InboxMessage | undefined => messages.get(id),
    /** Newest first. */
    list: (): InboxMessage[] => [...messages.values()].reverse(),
    clear(): void {
      writeFileSync(file, '')
      messages.clear()
    },
  }
}

export type MessageStore = ReturnType<typeof createMessageStore>

/** The copies that a send puts into mailboxes: one a recipient. */
export function messagesOf(request: SendRequest, messageId: string): InboxMessage[] {
  const part = (type: string) => request.content.find((content) => content.type === type)?.value ?? null
  const copies = request.personalizations.flatMap((personalization) =>
    personalization.to.map((to) => ({ ...personalization, to })),
  )
  return copies.map((copy, index) => ({
    id: index === 0 ? messageId : `${messageId}-${index}`,
    message_id: messageId,
    time: new Date().toISOString(),
    to: copy.to.email,
    to_name: copy.to.name ?? null,
    from: request.from.email,
    from_name: request.from.name ?? null,
    subject: copy.subject ?? request.subject ?? '',
    text: part('text/plain'),
    html: part('text/html'),
    headers: { ...request.headers, ...copy.headers },
    custom_args: { ...request.custom_args, ...copy.custom_args },
    categories: request.categories,
    tracking_settings: request.tracking_settings,
    events: [],
  }))
}

function readMessages(file: string): InboxMessage[] {
  const lines = readLines(file)
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as InboxMessage]
    } catch {
      return [] // The process was killed while it wrote this line: the message was not accepted.
    }
  })
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
