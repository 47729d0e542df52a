import cors from '@koa/cors'
import type { Context, Middleware } from 'koa'
import type { ApiDependencies } from '../dependencies.js'
import { hostPageOf, setHostPage } from '../host-page.js'

/** Seconds in which a browser asks no second time whether it may; as long may it go on asking after an application was removed, in vain. */
const preflightSeconds = 600

/**
 * Lets the pages of registered applications call the routes that are theirs, from their own origins and with the browser's cookies (spec:
 * pipeline 7). What such a page reaches is then decided by `mayReach`. Everybody else is told nothing of CORS, and a request
 * of our own pages costs nothing here.
 * @param isForHosts whether the route of a path and method is theirs
 */
export const admitRegisteredOrigins = (
  { database, publicOrigin }: Pick<ApiDependencies, 'database' | 'publicOrigin'>,
  isForHosts: (path: string, method: string) => boolean,
): Middleware => {
  const admit = async (context: Context): Promise<string> => {
    const origin = context.get('origin')
    if (origin === '' || origin === 'null' || origin === publicOrigin) return ''
    const method =
      context.method === 'OPTIONS' ? context.get('access-control-request-method') : context.method
    if (!isForHosts(context.path, method)) return ''
    const organizations = await database.applications.organizationsAt(origin)
    if (organizations.length > 0) setHostPage(context, { origin, organizations })
    return hostPageOf(context)?.origin ?? ''
  }
  return cors({
    origin: admit,
    credentials: true,
    allowMethods: 'GET,POST,DELETE',
    allowHeaders: 'content-type,idempotency-key',
    exposeHeaders: 'retry-after,x-request-id',
    maxAge: preflightSeconds,
    // Our errors become answers further in, and keep what is set here.
    keepHeadersOnError: false,
  })
}
