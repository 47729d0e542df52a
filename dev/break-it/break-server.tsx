import Router from '@koa/router'
import Koa, { type Context } from 'koa'
import { demoSite } from '../demo/demo-site.js'
import { listenOnLoopback } from '../demo/listen.js'
import { pageHtml } from '../demo/page.js'
import type { Services } from '../services.js'
import { BreakPage, type BreakLinks, type BreakView } from './break-page.js'
import { breakScript } from './break-script.js'
import { breakStyles } from './break-styles.js'
import { createCrowd } from './crowd.js'
import { createParts, partNames, type PartName } from './parts.js'

export interface BreakServerOptions extends BreakLinks {
  readonly port: number
  readonly services: Services
}

/**
 * Serves the page that ends parts of the stack while people sign in, from the supervisor's own process: it survives what
 * it ends. `GET /break` shows the page, or the same as JSON; `POST /parts/{name}` ends a part, `POST /well` brings all
 * back, `POST /people` lets somebody come.
 * @returns the page's address
 */
export async function startBreakServer({ port, services, ...links }: BreakServerOptions): Promise<string> {
  const parts = createParts({ services, inbox: links.inbox })
  const crowd = createCrowd({ ...links, stopping: services.stopping })
  const router = new Router()

  router.get('/', (ctx) => seeOther(ctx, '/break'))
  router.get('/break', (ctx) => {
    const view: BreakView = {
      parts: partNames.map((name) => ({ name, state: parts.state(name) })),
      crowd: crowd.look(),
    }
    ctx.body =
      ctx.accepts('html', 'json') === 'json' ? view : pageHtml(<BreakPage view={view} links={links} />)
  })
  router.post('/parts/:name', async (ctx) => {
    const name = ctx.params['name'] ?? ''
    if (!isPart(name)) return
    await parts.strike(name)
    seeOther(ctx, '/break')
  })
  router.post('/well', async (ctx) => {
    await parts.mend()
    seeOther(ctx, '/break')
  })
  router.post('/people', (ctx) => {
    crowd.come()
    seeOther(ctx, '/break')
  })

  const { origin, close } = await listenOnLoopback(port, () => {
    const app = new Koa()
    app.on('error', () => undefined) // a part that does not answer is what the page is about
    app.use(demoSite({ formTargets: [], script: breakScript, styles: breakStyles }))
    app.use(router.routes())
    return app.callback()
  })
  services.stopping.addEventListener('abort', () => void close())
  return `${origin}/break`
}

function isPart(name: string): name is PartName {
  return (partNames as readonly string[]).includes(name)
}

function seeOther(ctx: Context, path: string): void {
  ctx.redirect(path)
  ctx.status = 303
}
