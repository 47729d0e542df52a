import type { Context } from 'koa'
import { openAttemptsPerBrowser } from '../domain/attempt.js'
import { isUuid } from '../domain/uuid.js'
import { setHostCookie } from './host-cookie.js'

const sessionCookie = '__Host-session'
const confirmationCookie = '__Host-confirmation'
const secondFactorCookie = '__Host-second-factor'
const typedFormCookie = '__Host-typed-form'
const attemptPrefix = '__Host-attempt-'

const hour = 3_600_000
/** An attempt's secret is of use for its 60 min and for as long as its outcome may be redeemed or looked at. */
const attemptCookieLife = 2 * hour
const sessionCookieLife = 14 * 24 * hour
const confirmationCookieLife = hour
const secondFactorCookieLife = hour / 12
const typedFormCookieLife = hour / 4
/** Those of the attempts that a browser may have open, and of as many that have ended and may still be looked at. */
const keptSecrets = 2 * openAttemptsPerBrowser

/** Keeps an attempt's secret in its browser, and drops the oldest ones: in number they would outgrow a request's headers. */
export const setAttemptSecret = (context: Context, attemptId: string, secret: string): void => {
  const former = namedAttempts(context)
  for (const old of former.slice(0, Math.max(former.length + 1 - keptSecrets, 0)))
    setHostCookie(context, `${attemptPrefix}${old}`, null, 0)
  setHostCookie(context, `${attemptPrefix}${attemptId}`, secret, attemptCookieLife)
}

export const attemptSecret = (context: Context, attemptId: string): string | undefined =>
  context.cookies.get(`${attemptPrefix}${attemptId}`)

/** An attempt that a browser names, with what it shows for it. */
export interface NamedAttempt {
  readonly id: string
  readonly secret: string
}

/** The attempts that this browser names; whether these are their secrets is not looked at. */
export const attemptsOfBrowser = (context: Context): NamedAttempt[] =>
  namedAttempts(context)
    .slice(-keptSecrets)
    .map((id) => ({ id, secret: attemptSecret(context, id) ?? '' }))

/** Oldest first: ids sort by the time at which they were made. */
const namedAttempts = (context: Context): string[] =>
  context
    .get('cookie')
    .split(';')
    .map((pair) => pair.trim().split('=', 1)[0] ?? '')
    .filter((name) => name.startsWith(attemptPrefix))
    .map((name) => name.slice(attemptPrefix.length))
    .filter(isUuid)
    .sort()

export const setSessionToken = (context: Context, token: string): void =>
  setHostCookie(context, sessionCookie, token, sessionCookieLife)

export const clearSessionToken = (context: Context): void => setHostCookie(context, sessionCookie, null, 0)

export const sessionToken = (context: Context): string | undefined => context.cookies.get(sessionCookie)

/** Keeps a confirmation link's token while its owner signs in, so that it stands in no URL and no table. */
export const setConfirmationToken = (context: Context, token: string): void =>
  setHostCookie(context, confirmationCookie, token, confirmationCookieLife)

export const confirmationToken = (context: Context): string | undefined =>
  context.cookies.get(confirmationCookie)

/** Keeps a right password's ticket while the second factor is asked for (`acts/second-factor-ticket.ts`). */
export const setSecondFactorTicket = (context: Context, ticket: string): void =>
  setHostCookie(context, secondFactorCookie, ticket, secondFactorCookieLife)

export const clearSecondFactorTicket = (context: Context): void =>
  setHostCookie(context, secondFactorCookie, null, 0)

export const secondFactorTicket = (context: Context): string | undefined =>
  context.cookies.get(secondFactorCookie)

/** Keeps what was typed, sealed, while the account is proved once more (`typed-before.ts`). */
export const keepTypedForm = (context: Context, sealed: string | null): void =>
  setHostCookie(context, typedFormCookie, sealed, typedFormCookieLife)

export const keptTypedForm = (context: Context): string | undefined => context.cookies.get(typedFormCookie)
