import type { Context } from 'koa'
import { setHostCookie } from '../host-cookie.js'

/** Names of their own: cookies know no ports, and the product may be on the same host. */
const sessionCookie = '__Host-staff-session'
const signInCookie = '__Host-staff-sign-in'

const minute = 60_000

export const staffToken = (context: Context): string | undefined => context.cookies.get(sessionCookie)

export const setStaffToken = (context: Context, token: string | null): void => {
  setHostCookie(context, sessionCookie, token, 8 * 60 * minute)
}

/** What is kept in the browser between the redirect and the provider's answer, sealed. */
export const keptSignIn = (context: Context): string | undefined => context.cookies.get(signInCookie)

export const keepSignIn = (context: Context, sealed: string | null): void => {
  setHostCookie(context, signInCookie, sealed, 10 * minute)
}
