import Router from '@koa/router'
import type { Context } from 'koa'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import { ChoosePage } from './choose-page.js'
import { HomePage } from './home-page.js'
import type { DemoLog } from './log.js'
import { pageHtml } from './page.js'
import { ProviderErrorPage } from './provider-error-page.js'
import { readForm } from './read-body.js'

type ProviderRoutesOptions = {
  readonly apiOrigin: string
  readonly supportOrigin?: string
  readonly inboxUrl?: string
  readonly log: DemoLog
}

/** The pages of the provider: who is who, and “choose who you are” for a sign-in that waits for a person. */
export function createProviderRoutes(provider: Provider, options: ProviderRoutesOptions) {
  const router = new Router()

  router.get('/', (ctx) => {
    ctx.body = pageHtml(
      <HomePage
        apiOrigin={options.apiOrigin}
        supportOrigin={options.supportOrigin}
        inboxUrl={options.inboxUrl}
      />,
    )
  })

  router.get('/interaction/:uid', async (ctx) => {
    if (await isWaiting(ctx)) ctx.body = pageHtml(<ChoosePage action={ctx.path} />)
  })

  router.post('/interaction/:uid', async (ctx) => {
    const form = await readForm(ctx.req)
    if (!(await isWaiting(ctx))) return
    if (form.has('refuse'))
      return finish(ctx, { error: 'access_denied', error_description: 'The person refused.' })
    const person = form.get('person')?.trim()
    if (!person) {
      ctx.status = 400
      ctx.body = pageHtml(<ChoosePage action={ctx.path} problem="Type a name, or choose somebody above." />)
      return
    }
    options.log.info({ person }, 'demo provider signs in')
    return finish(ctx, { login: { accountId: person } })
  })

  return router.routes()

  async function isWaiting(ctx: Context): Promise<boolean> {
    try {
      await provider.interactionDetails(ctx.req, ctx.res)
      return true
    } catch {
      ctx.status = 400
      showProviderError(options.apiOrigin)(ctx, { error: 'expired' })
      return false
    }
  }

  async function finish(ctx: Context, result: Parameters<Provider['interactionResult']>[2]): Promise<void> {
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
    ctx.status = 303
  }
}

/** A page for what the provider cannot answer by a redirect, with the way to start again. */
export function showProviderError(apiOrigin: string) {
  return (
    ctx: Context | KoaContextWithOIDC,
    failure: { error: string; error_description?: string | undefined },
  ): void => {
    ctx.type = 'html'
    ctx.body = pageHtml(<ProviderErrorPage apiOrigin={apiOrigin} {...failure} />)
  }
}
