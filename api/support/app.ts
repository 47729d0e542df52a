import Router from '@koa/router'
import Koa from 'koa'
import { leadToForm } from '../lead-to-form.js'
import { readBody } from '../middleware/body.js'
import { answerErrors } from '../middleware/errors.js'
import { securityHeaders } from '../middleware/headers.js'
import { guardOrigin } from '../middleware/origin.js'
import { logRequests } from '../middleware/request-log.js'
import type { SupportDependencies } from './dependencies.js'
import { enforce } from './enforce.js'
import { allowWebUi, decodePath } from './handlers/codec.js'
import { createSupportRoutes } from './routes.js'

/** Asked by orchestrators by address, and by the Web UI's pages, whose origin the route itself checks. */
const unguarded = ['/livez', decodePath]
/** Temporal's Web UI asks for whole histories at once. */
const largestBody = '4mb'

/** The console of support, on a listener of its own: the middleware of the API, and routes that are closed but for their role. */
export const createSupportApp = (dependencies: SupportDependencies): Koa => {
  const { origin, trustedProxies, log, metrics } = dependencies
  const app = new Koa({ proxy: trustedProxies > 0, maxIpsCount: trustedProxies })
  app.silent = true

  const guard = guardOrigin(origin)
  app.use(logRequests(log, metrics))
  app.use(securityHeaders(origin, ['/sign-in']))
  app.use(answerErrors({ ...dependencies, publicOrigin: origin, supportContact: null, tellsFields: true }))
  app.use(async (context, next) => {
    await (unguarded.includes(context.path) ? next() : guard(context, next))
  })
  app.use(allowWebUi(dependencies.temporalUi?.origin))
  app.use(readBody(largestBody))

  const router = new Router()
  const routes = createSupportRoutes(dependencies)
  for (const route of routes) {
    router.register(route.path, [route.method], enforce(dependencies, route))
  }
  for (const { path, formOn } of routes) {
    if (formOn !== undefined) router.register(path, ['GET'], leadToForm(formOn))
  }
  app.use(router.routes())
  app.use(router.allowedMethods())
  return app
}
