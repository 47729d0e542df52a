import type { Context } from 'koa'

const sessionCookie = '__Host-staff-session'
const signInCookie = '__Host-staff-sign-in'

const minute = 60_000

/** Names of their own: cookies know no ports, and the product may be on the same host. */
const set = (context: Context, name: string, value: string | null, maxAge: number): void => {
  context.cookies.set(name, value, {
    httpOnly: true,
    secure: true,
    sameSite: 'lax',
    path: '/',
    overwrite: true,
    ...(value === null ? {} : { maxAge }),
  })
}

export const staffToken = (context: Context): string | undefined => context.cookies.get(sessionCookie)

export const setStaffToken = (context: Context, token: string | null): void => {
  set(context, sessionCookie, token, 8 * 60 * minute)
}

/** What is kept in the browser between the redirect and the provider's answer, sealed. */
export const keptSignIn = (context: Context): string | undefined => context.cookies.get(signInCookie)

export const keepSignIn = (context: Context, sealed: string | null): void => {
  set(context, signInCookie, sealed, 10 * minute)
}
