import type { Middleware } from 'koa'
import type { Logger } from '../../clients/log.js'
import { routeOf } from './errors.js'

/** One line per request: the route's pattern, status and time. No path, query, header or body. */
export const logRequests =
  (log: Logger): Middleware =>
  async (context, next) => {
    const begun = performance.now()
    await next()
    const { requestId, attemptId } = context.state as { requestId?: string; attemptId?: string }
    log.info(
      {
        requestId,
        attemptId,
        method: context.method,
        route: routeOf(context),
        status: context.status,
        ms: Math.round(performance.now() - begun),
      },
      'request',
    )
  }
