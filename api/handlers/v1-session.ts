import { endSession } from '../acts/end-session.js'
import { requireSession } from '../acts/current-session.js'
import { presentSession } from '../present.js'
import type { Handler } from '../route.js'
import { sessionSchema } from '../schemas.js'

export const getV1Session: Handler = (dependencies) => ({
  method: 'GET',
  path: '/v1/session',
  access: 'session',
  forHosts: true,
  contract: { summary: 'Who is signed in', answers: { 200: sessionSchema } },
  async handle(context) {
    context.body = presentSession(await requireSession(dependencies, context))
  },
})

export const deleteV1Session: Handler = (dependencies) => ({
  method: 'DELETE',
  path: '/v1/session',
  access: 'session',
  forHosts: true,
  contract: {
    summary: 'Sign out',
    answers: { 204: null },
    idempotent: { without: 'Sent again it is `not_authenticated`: nobody is signed in any more.' },
  },
  async handle(context) {
    await endSession(dependencies, context, await requireSession(dependencies, context))
    context.status = 204
  },
})
