import { AppError } from '../../domain/errors.js'
import { accountActor, idInPath } from '../account-actor.js'
import { listedSessionSchema, sessionsSchema } from '../account-schemas.js'
import { requireSession } from '../acts/current-session.js'
import { endSessions } from '../acts/end-sessions.js'
import { answerOnce } from '../idempotency-key.js'
import { pageOfList, pageQuery } from '../page-of-list.js'
import { presentListedSession } from '../present-account.js'
import type { Handler } from '../route.js'

export const getV1MeSessions: Handler = (dependencies) => ({
  method: 'GET',
  path: '/v1/me/sessions',
  access: 'session',
  contract: {
    summary: 'Where it is signed in, the newest first',
    query: pageQuery,
    answers: { 200: sessionsSchema },
  },
  async handle(context) {
    const { id, user } = await requireSession(dependencies, context)
    const { limit, after } = pageOfList(context)
    const page = await dependencies.database.userSessions.list(user.id, limit, after ?? null)
    context.body = { items: page.items.map((session) => presentListedSession(session, id)), next: page.next }
  },
})

export const getV1MeSession: Handler = (dependencies) => ({
  method: 'GET',
  path: '/v1/me/sessions/:id',
  access: 'session',
  contract: { summary: 'One of its sessions', answers: { 200: listedSessionSchema } },
  async handle(context) {
    const { id, user } = await requireSession(dependencies, context)
    const session = await dependencies.database.userSessions.find(user.id, idInPath(context))
    if (session === null) throw new AppError('not_found')
    context.body = presentListedSession(session, id)
  },
})

export const deleteV1MeSession: Handler = (dependencies) => ({
  method: 'DELETE',
  path: '/v1/me/sessions/:id',
  access: 'session',
  contract: { summary: 'End a session', answers: { 204: null }, idempotent: true },
  async handle(context) {
    const only = idInPath(context)
    const actor = await accountActor(dependencies, context)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      act: (keeping) => endSessions(keeping, actor, { only }),
    })
  },
})

/** Ends all sessions of the account but this one. */
export const deleteV1MeSessions: Handler = (dependencies) => ({
  method: 'DELETE',
  path: '/v1/me/sessions',
  access: 'session',
  contract: { summary: 'End all sessions but this one', answers: { 204: null }, idempotent: true },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      act: (keeping) => endSessions(keeping, actor, 'others'),
    })
  },
})
