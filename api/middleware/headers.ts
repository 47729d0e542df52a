import { randomUUID } from 'node:crypto'
import type { Context, Middleware } from 'koa'

/** Lets the forms of this one page lead elsewhere, in the words of the policy: to the origin of an application, which was registered. */
export const allowFormTarget = (context: Context, origin: string): void =>
  context.set('Content-Security-Policy', policy(origin))

const policy = (formAction: string): string =>
  [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    `form-action ${formAction}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/**
 * Headers of every answer (ASVS 5.0, 3.4). The form that leads to a provider is redirected there, and `form-action` covers
 * redirects: such pages alone allow the providers' origins.
 * @param toProviders how the paths of such pages begin
 */
export const securityHeaders =
  (publicOrigin: string, toProviders: readonly string[]): Middleware =>
  async (context, next) => {
    context.state['requestId'] = randomUUID()
    const providers = publicOrigin.startsWith('https:')
      ? 'https:'
      : 'https: http://127.0.0.1:* http://localhost:*'
    context.set({
      'Content-Security-Policy': policy(
        toProviders.some((path) => context.path.startsWith(path)) ? `'self' ${providers}` : "'self'",
      ),
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'no-store',
      'X-Request-Id': String(context.state['requestId']),
    })
    if (publicOrigin.startsWith('https:'))
      context.set('Strict-Transport-Security', 'max-age=31536000; includeSubDomains')
    // Node does not see the TLS that a proxy ends; every cookie of ours is for secure contexts only.
    context.cookies.secure = true
    await next()
  }
