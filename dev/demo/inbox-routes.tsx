import Router from '@koa/router'
import type { Context, Next } from 'koa'
import { z } from 'zod'
import { chooseLocale } from '../../views/locale.js'
import type { Faults } from './faults.js'
import { InboxPage } from './inbox-page.js'
import { mailSamples } from './mail-samples.js'
import { MessagePage } from './message-page.js'
import type { InboxMessage, MessageStore } from './message-store.js'
import { pageHtml } from './page.js'
import { PreviewsPage } from './previews-page.js'
import { readBody } from './read-body.js'
import type { RequestLedger } from './request-ledger.js'
import { eventInput, sendWebhookEvent, type WebhookTarget } from './webhook-event.js'

type InboxRoutesOptions = {
  readonly store: MessageStore
  readonly ledger: RequestLedger
  readonly faults: Faults
  readonly webhook: WebhookTarget
  readonly publicKey: string
}

/** The inbox: its pages, its JSON, the faults and the delivery events (spec: http, the embedded stack). */
export function createInboxRoutes({ store, ledger, faults, webhook, publicKey }: InboxRoutesOptions) {
  const router = new Router()
  const empty = () => {
    store.clear()
    ledger.clear()
  }

  router.get('/', (ctx) => {
    const filter = single(ctx.query.to).trim()
    ctx.body = pageHtml(
      <InboxPage messages={addressedLike(store.list(), filter)} filter={filter} fault={faults.current()} />,
    )
  })

  router.get('/previews', (ctx) => {
    ctx.body = pageHtml(<PreviewsPage />)
  })
  router.get('/previews/:sample/:locale', (ctx) => {
    const { sample = '', locale } = ctx.params
    const mail = mailSamples[Number(sample)]
    if (!mail) return
    ctx.set('content-security-policy', mailContentPolicy)
    ctx.type = 'html'
    ctx.body = mail.render(chooseLocale(locale)).html
  })

  router.get('/messages', (ctx) => {
    // All of them at once; `next` is there for whoever reads lists.
    ctx.body = { items: addressedTo(store.list(), single(ctx.query.to)), next: null }
  })
  router.delete('/messages', (ctx) => {
    empty()
    ctx.status = 204
  })
  router.post('/messages/empty', (ctx) => {
    empty()
    seeOther(ctx, '/')
  })

  router.get('/messages/:id', (ctx) => {
    const message = findMessage(ctx)
    if (!message) return
    ctx.vary('accept')
    ctx.body = ctx.accepts('html', 'json') === 'json' ? message : pageHtml(<MessagePage message={message} />)
  })

  router.get('/messages/:id/html', (ctx) => {
    const message = findMessage(ctx)
    if (!message) return
    ctx.set('content-security-policy', mailContentPolicy)
    ctx.type = 'html'
    ctx.body = linksOpenOutside(message.html ?? '')
  })

  router.post('/messages/:id/events', badInput, async (ctx) => {
    const message = findMessage(ctx)
    if (!message) return
    const { input, isForm } = await readInput(ctx)
    const event = eventInput.parse(input)
    const sent = sendWebhookEvent(webhook, message, event)
    if (isForm) {
      await sent
      seeOther(ctx, `/messages/${message.id}`)
      return
    }
    if (event.delay > 0) ctx.status = 202
    ctx.body = { deliveries: event.delay > 0 ? [] : await sent }
  })

  router.get('/faults', (ctx) => {
    ctx.body = faults.current()
  })
  router.put('/faults', badInput, async (ctx) => {
    const { input } = await readInput(ctx)
    ctx.body = faults.set(input)
  })
  router.post('/faults', badInput, async (ctx) => {
    const { input } = await readInput(ctx)
    faults.set(input)
    seeOther(ctx, '/')
  })

  router.get('/requests', (ctx) => {
    ctx.body = { items: ledger.list() }
  })
  router.get('/webhook-key', (ctx) => {
    ctx.body = { public_key: publicKey }
  })

  return router.routes()

  function findMessage(ctx: Context): InboxMessage | undefined {
    const { id = '' } = ctx.params as Record<string, string>
    const message = store.find(id)
    if (message) return message
    ctx.status = 404
    ctx.body = { message: 'No such message: the inbox may have been emptied. Look at / for those there are.' }
    return undefined
  }
}

/** Answers input that does not fit with a 400 that names each field. */
async function badInput(ctx: Context, next: Next): Promise<void> {
  try {
    await next()
  } catch (error) {
    if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error
    ctx.status = 400
    ctx.body = { message: error instanceof z.ZodError ? z.prettifyError(error) : 'The body is not JSON.' }
  }
}

/** The fields of a form or of a JSON body. curl calls JSON a form unless told otherwise: the brace decides. */
async function readInput(ctx: Context): Promise<{ input: unknown; isForm: boolean }> {
  const body = (await readBody(ctx.req, 64 * 1024)) ?? ''
  const isForm = ctx.is('urlencoded') === 'urlencoded' && !body.trimStart().startsWith('{')
  return { input: isForm ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body), isForm }
}

function seeOther(ctx: Context, path: string): void {
  ctx.redirect(path)
  ctx.status = 303
}

function single(value: string | string[] | undefined): string {
  return [value ?? ''].flat()[0] ?? ''
}

function addressedTo(messages: InboxMessage[], address: string): InboxMessage[] {
  return address ? messages.filter(({ to }) => to.toLowerCase() === address.toLowerCase()) : messages
}

function addressedLike(messages: InboxMessage[], part: string): InboxMessage[] {
  return messages.filter(({ to }) => to.toLowerCase().includes(part.toLowerCase()))
}

// A mail is foreign content even here: no scripts, nothing from elsewhere, its own origin.
const mailContentPolicy =
  "sandbox allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

function linksOpenOutside(html: string): string {
  const base = '<base target="_top">'
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : base + html
}
