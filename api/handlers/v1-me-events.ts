import { securityEventsSchema } from '../account-schemas.js'
import { requireSession } from '../acts/current-session.js'
import { pageOfList, pageQuery } from '../page-of-list.js'
import { presentSecurityEvent } from '../present-account.js'
import type { Handler } from '../route.js'

/** What happened to the account, newest first. */
export const getV1MeEvents: Handler = (dependencies) => ({
  method: 'GET',
  path: '/v1/me/events',
  access: 'session',
  contract: {
    summary: 'What happened to it, newest first',
    query: pageQuery,
    answers: { 200: securityEventsSchema },
  },
  async handle(context) {
    const { user } = await requireSession(dependencies, context)
    const { limit, after } = pageOfList(context)
    const events = await dependencies.database.securityEvents.list(user.id, { limit: limit + 1, after })
    const items = events.slice(0, limit)
    context.body = {
      items: items.map(presentSecurityEvent),
      next: events.length > limit ? (items.at(-1)?.id ?? null) : null,
    }
  },
})
