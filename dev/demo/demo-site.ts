import type { Middleware } from 'koa'
import { demoStylesheet } from './demo-stylesheet.js'

interface DemoSite {
  /** Origins that a form's redirects may lead to: browsers hold `form-action` against redirects too. */
  readonly formTargets: readonly string[]
  /** The one script of the pages, where they have one; it may speak to this site only. */
  readonly script?: string
  /** Rules that the pages need beside the common ones. */
  readonly styles?: string
}

/**
 * What the demo pages have in common: `/livez`, the stylesheet and script, strict headers, and no form posts from
 * other sites (`Sec-Fetch-Site`).
 */
export function demoSite({ formTargets, script, styles = '' }: DemoSite): Middleware {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    ...(script === undefined ? [] : ["script-src 'self'", "connect-src 'self'"]),
    "frame-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action ${["'self'", ...formTargets].join(' ')}`,
  ].join('; ')

  return async (ctx, next) => {
    ctx.set('content-security-policy', policy)
    ctx.set('x-content-type-options', 'nosniff')
    ctx.set('referrer-policy', 'same-origin')
    ctx.set('cache-control', 'no-store')
    if (ctx.method !== 'GET' && ['cross-site', 'same-site'].includes(ctx.get('sec-fetch-site'))) {
      ctx.status = 403
      ctx.body = { message: 'This address takes no forms from other sites. Use the page itself.' }
      return
    }
    if (ctx.path === '/livez') ctx.body = 'ok'
    else if (ctx.path === '/style.css') {
      ctx.type = 'css'
      ctx.body = demoStylesheet + styles
    } else if (ctx.path === '/live.js' && script !== undefined) {
      ctx.type = 'js'
      ctx.body = script
    } else await next()
  }
}
