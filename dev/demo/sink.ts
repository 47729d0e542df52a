import Koa from 'koa'
import { demoSite } from './demo-site.js'
import { createFaults, type Fault, type FaultInput } from './faults.js'
import { createInboxRoutes } from './inbox-routes.js'
import { listenOnLoopback } from './listen.js'
import type { DemoLog } from './log.js'
import { createMessageStore, type InboxMessage } from './message-store.js'
import { createRequestLedger, type LedgerEntry } from './request-ledger.js'
import { createSendRoutes } from './send-routes.js'
import { readWebhookKeys } from './webhook-keys.js'

type MailSinkOptions = {
  readonly port: number
  /** The key that sends must carry. */
  readonly apiKey: string
  /** Where delivery events go: `<apiOrigin>/webhooks/sendgrid`. */
  readonly apiOrigin: string
  readonly dataDir: string
  readonly log: DemoLog
}

export type MailSink = {
  readonly url: string
  /** Base64 SPKI DER of the key that signs delivery events. */
  readonly publicKey: string
  /** Newest first. */
  messages(): InboxMessage[]
  /** Every send with its answer, newest first. */
  requests(): LedgerEntry[]
  setFault(fault: FaultInput): Fault
  close(): Promise<void>
}

/**
 * SendGrid's `/v3/mail/send` on 127.0.0.1, with an inbox instead of delivery. Port 0 takes a free one;
 * messages and the webhook key are kept in `dataDir`, the ledger of requests is in memory.
 */
export async function startMailSink({
  port,
  apiKey,
  apiOrigin,
  dataDir,
  log,
}: MailSinkOptions): Promise<MailSink> {
  const store = createMessageStore(dataDir)
  const ledger = createRequestLedger()
  const faults = createFaults()
  const { privateKey, publicKey } = readWebhookKeys(dataDir)
  const webhook = { url: `${apiOrigin}/webhooks/sendgrid`, privateKey }

  const { origin, close } = await listenOnLoopback(port, () => {
    const app = new Koa()
    app.on('error', (error: Error) => log.warn({ err: error }, 'demo mail failed'))
    app.use(demoSite({ formTargets: [] }))
    app.use(createSendRoutes({ apiKey, store, ledger, faults }))
    app.use(createInboxRoutes({ store, ledger, faults, webhook, publicKey }))
    return app.callback()
  })

  return {
    url: origin,
    publicKey,
    messages: () => store.list(),
    requests: () => ledger.list(),
    setFault: (fault) => faults.set(fault),
    close,
  }
}
