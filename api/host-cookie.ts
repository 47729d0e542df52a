import type { Context } from 'koa'

/**
 * Sets a cookie of a `__Host-` name, or drops it where the value is null: it belongs to this host alone, over TLS or loopback; no
 * script reads it, no cross-site post carries it.
 * @param maxAge in milliseconds
 */
export const setHostCookie = (context: Context, name: string, value: string | null, maxAge: number): void => {
  context.cookies.set(name, value, {
    httpOnly: true,
    secure: true,
    sameSite: 'lax',
    path: '/',
    overwrite: true,
    ...(value === null ? {} : { maxAge }),
  })
}
