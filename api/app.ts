import Router from '@koa/router'
import Koa from 'koa'
import type { ApiDependencies } from './dependencies.js'
import { leadToForm } from './lead-to-form.js'
import { readBody } from './middleware/body.js'
import { answerErrors } from './middleware/errors.js'
import { securityHeaders } from './middleware/headers.js'
import { admitRegisteredOrigins } from './middleware/registered-origins.js'
import { guardOrigin } from './middleware/origin.js'
import { logRequests } from './middleware/request-log.js'
import { createRoutes } from './routes.js'

/** Asked by orchestrators by address, whatever the public host is. */
const probes = ['/livez', '/readyz']
const largestBody = '64kb'

/** How the paths of pages begin whose forms lead to a provider: to sign in, to prove an account, to try a new provider. */
const toProviders = ['/sso/', '/attempts/', '/account/reauthentication', '/organizations/']

/** The API and its pages: what happens to every request, then the routes. */
export const createApp = (dependencies: ApiDependencies): Koa => {
  const { publicOrigin, trustedProxies, log, metrics } = dependencies
  const app = new Koa({ proxy: trustedProxies > 0, maxIpsCount: trustedProxies })
  // Koa prints what its error middleware did not see: a client that went away while an answer was on its way.
  app.silent = true

  const router = new Router()
  const routes = createRoutes(dependencies)
  for (const { method, path, handle } of routes) {
    router.register(path, [method], (context) => handle(context))
  }
  // Last, so that they stand in the way of no page.
  for (const { path, formOn } of routes) {
    if (formOn !== undefined) router.register(path, ['GET'], leadToForm(formOn))
  }
  const forHosts = routes.filter((route) => route.forHosts).map(({ method, path }) => `${method} ${path}`)
  const isForHosts = (path: string, method: string): boolean =>
    forHosts.includes(`${method} ${router.match(path, method).pathAndMethod[0]?.path.toString() ?? ''}`)

  const guard = guardOrigin(publicOrigin)
  app.use(logRequests(log, metrics))
  app.use(securityHeaders(publicOrigin, toProviders))
  app.use(answerErrors(dependencies))
  app.use(admitRegisteredOrigins(dependencies, isForHosts))
  app.use(async (context, next) => {
    await (probes.includes(context.path) ? next() : guard(context, next))
  })
  app.use((context, next) => {
    // A webhook's signature covers the raw body.
    context['disableBodyParser'] = context.path.startsWith('/webhooks/')
    return next()
  })
  app.use(readBody(largestBody))

  app.use(router.routes())
  app.use(router.allowedMethods())
  return app
}
