import type { Context } from 'koa'
import type { StoryEvent } from '../../../store/attempt-story.js'
import type { StaffSession } from '../../../store/staff.js'
import { renderAuditPage } from '../../../views/pages/support/audit.js'
import { queryValue } from '../../request.js'
import { afterOf, limitOf } from '../attempt-query.js'
import type { SupportDependencies } from '../dependencies.js'
import { presentEntry } from '../present.js'
import type { SupportHandler } from '../route.js'
import { fromAudit } from '../../../support/timeline.js'
import { viewerOf } from '../viewer.js'
import { withAfter } from './attempts.js'

/** One page of the audit, the newest first. */
const readAudit = async (
  { database }: SupportDependencies,
  context: Context,
  staff: StaffSession,
): Promise<{ events: StoryEvent[]; names: ReadonlyMap<string, string>; next: string | null }> => {
  const [limit, event, actorId, targetId] = [
    limitOf(context),
    queryValue(context, 'event'),
    queryValue(context, 'actor'),
    queryValue(context, 'target'),
  ]
  const found = await database.attemptStory.listAudit(
    {
      scope: staff.organizations,
      ...(event === undefined ? {} : { event }),
      ...(actorId === undefined ? {} : { actorId }),
      ...(targetId === undefined ? {} : { targetId }),
      ...afterOf(context),
    },
    limit + 1,
  )
  const events = found.slice(0, limit)
  const names = await database.staff.names(
    events.flatMap(({ actor }) => (actor.id === null ? [] : [actor.id])),
  )
  return { events, names, next: found.length > limit ? (events.at(-1)?.id ?? null) : null }
}

export const getAudit: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/audit',
  role: 'admin',
  async handle(context, staff) {
    const { events, names, next } = await readAudit(dependencies, context, staff)
    context.body = renderAuditPage({
      viewer: viewerOf(staff),
      mayDecode: staff.organizations === null,
      entries: events.map((event) => fromAudit(event, names)),
      next: next === null ? undefined : `/audit?${withAfter(context.querystring, next)}`,
    })
  },
})

export const getV1Audit: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/v1/support/audit',
  role: 'admin',
  async handle(context, staff) {
    const { events, names, next } = await readAudit(dependencies, context, staff)
    context.body = {
      items: events.map((event) => ({ id: event.id, ...presentEntry(fromAudit(event, names)) })),
      next,
    }
  },
})
