import type { Middleware } from 'koa'
import type { Logger } from '../../clients/log.js'
import type { Metrics } from '../../clients/metrics.js'
import { routeOf } from './errors.js'

/**
 * One line and one observation per request: the route's pattern, status and time. No path, query, header or body, but the trace id
 * of a `traceparent` that came along (W3C Trace Context), so that our lines stand in the caller's trace.
 */
export const logRequests =
  (log: Logger, metrics: Pick<Metrics, 'request'>): Middleware =>
  async (context, next) => {
    const begun = performance.now()
    await next()
    const seconds = (performance.now() - begun) / 1000
    metrics.request(routeOf(context), context.method, context.status, seconds)
    const { requestId, attemptId } = context.state as { requestId?: string; attemptId?: string }
    log.info(
      {
        requestId,
        attemptId,
        traceId: traceIdOf(context.get('traceparent')),
        method: context.method,
        route: routeOf(context),
        status: context.status,
        ms: Math.round(seconds * 1000),
      },
      'request',
    )
  }

const traceparent = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/
const traceIdOf = (header: string): string | undefined => traceparent.exec(header)?.[1]
