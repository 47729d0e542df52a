import type { Context, Middleware } from 'koa'
import { AppError } from '../../domain/errors.js'
import { hostPageOf } from '../host-page.js'

/**
 * Refuses requests that were made for another host, and acts that another site began.
 *
 * Browsers send `Sec-Fetch-Site`, or at least `Origin`, with every POST and DELETE; very old ones a `Referer`. A request with none
 * of them did not come from a page, so there is no person behind it whose cookies could be misused; it is let through, as Go's
 * CrossOriginProtection does. Pages of registered applications may act where `admitRegisteredOrigins` let them in.
 */
export const guardOrigin =
  (publicOrigin: string): Middleware =>
  async (context, next) => {
    if (context.host !== new URL(publicOrigin).host) throw new AppError('misdirected_request')
    if (!isRead(context.method) && cameFromElsewhere(context, publicOrigin))
      throw new AppError('cross_origin')
    await next()
  }

const isRead = (method: string): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method)

const cameFromElsewhere = (context: Context, publicOrigin: string): boolean => {
  const site = context.get('sec-fetch-site')
  // From another site a browser sends none of our cookies and keeps none: an attempt would begin that nobody can go on with.
  if (hostPageOf(context) !== undefined) return site === 'cross-site'
  const origin = context.get('origin')
  // Under `Referrer-Policy: no-referrer` a page's own form says `Origin: null`; then only Sec-Fetch-Site can tell.
  if (origin !== '' && origin !== 'null' && origin !== publicOrigin) return true
  if (site !== '') return site !== 'same-origin' && site !== 'none'
  return origin === 'null' || (origin === '' && isElsewhere(context.get('referer'), publicOrigin))
}

const isElsewhere = (referer: string, publicOrigin: string): boolean =>
  referer !== '' && (!URL.canParse(referer) || new URL(referer).origin !== publicOrigin)
