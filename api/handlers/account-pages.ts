import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import { maskedSubject } from '../../domain/masked.js'
import { hasWayInWithout } from '../../domain/sign-in-methods.js'
import { isUuid } from '../../domain/uuid.js'
import { renderAccountEventsPage } from '../../views/pages/account-events.js'
import { renderAccountSessionsPage } from '../../views/pages/account-sessions.js'
import { renderAccountSignInPage } from '../../views/pages/account-sign-in.js'
import { accountPage } from '../account-page.js'
import { localeOf, queryValue } from '../request.js'

/** Everything by which the account can be signed in to. */
export const getAccountSignIn = accountPage('/account/sign-in', async ({ database }, context, session) => {
  const [methods, standing] = await Promise.all([
    database.signInMethods.list(session.user.id),
    database.userSessions.standing(session.id),
  ])
  return renderAccountSignInPage({
    locale: localeOf(context),
    now: new Date(),
    organization: session.organization,
    identities: methods.identities.map((identity) => ({
      id: identity.id,
      provider: identity.provider.displayName,
      organization: identity.organization.name,
      knownAs: identity.email ?? maskedSubject(identity.subject),
      lastUsedAt: identity.lastUsedAt,
      usable: identity.usable,
      last: !hasWayInWithout(methods, { identityId: identity.id }),
      current: identity.id === standing?.identityId,
    })),
    password:
      methods.password === null
        ? null
        : { changedAt: methods.password.changedAt, last: !hasWayInWithout(methods, 'password') },
    totp:
      methods.totp === null ? null : { since: methods.totp.since, codesLeft: methods.totp.recoveryCodesLeft },
  })
})

/** Where a part of a list begins. @throws AppError `not_found` for what is no cursor */
const cursorOf = (context: Context, nextPath: string): string | undefined => {
  const after = queryValue(context, 'after')
  if (after !== undefined && !isUuid(after)) throw new AppError('not_found', { nextPath })
  return after
}

const sessionsPerPage = 50

/** In which browsers the account is signed in. */
export const getAccountSessions = accountPage('/account/sessions', async ({ database }, context, session) => {
  const after = cursorOf(context, '/account/sessions')
  const { items, next } = await database.userSessions.list(session.user.id, sessionsPerPage, after ?? null)
  return renderAccountSessionsPage({
    locale: localeOf(context),
    now: new Date(),
    organization: session.organization,
    isFirst: after === undefined,
    next: next ?? undefined,
    sessions: items.map((listed) => ({
      id: listed.id,
      current: listed.id === session.id,
      provider: listed.providerDisplayName,
      organization: listed.organization.name,
      network: listed.clientNetwork,
      startedAt: listed.startedAt,
      lastSeenAt: listed.lastSeenAt,
    })),
  })
})

const eventsPerPage = 20

/** What happened to the account, newest first. */
export const getAccountEvents = accountPage('/account/events', async ({ database }, context, session) => {
  const after = cursorOf(context, '/account/events')
  const found = await database.securityEvents.list(session.user.id, { limit: eventsPerPage + 1, after })
  const events = found.slice(0, eventsPerPage)
  return renderAccountEventsPage({
    locale: localeOf(context),
    now: new Date(),
    organization: session.organization,
    isFirst: after === undefined,
    next: found.length > eventsPerPage ? events.at(-1)?.id : undefined,
    events: events.map(({ clientNetwork: network, organizationName: organization, ...event }) => ({
      ...event,
      organization,
      network,
    })),
  })
})
