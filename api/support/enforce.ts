import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import { hasRole } from '../../domain/support.js'
import { isUuid } from '../../domain/uuid.js'
import type { StaffSession } from '../../store/staff.js'
import { statusOf } from '../http-status.js'
import { clientNetwork, pathPart, wantsJson } from '../request.js'
import type { SupportDependencies } from './dependencies.js'
import type { SupportRoute } from './route.js'
import { currentStaff } from './sign-in.js'

/**
 * Lets a request through to its route where a member of staff with the route's role sent it; nobody else gets anywhere. Whatever is
 * refused to a member of staff is noted: a role that is missing, an object that is not theirs, an act without a reason.
 */
export const enforce =
  (dependencies: SupportDependencies, route: SupportRoute) =>
  async (context: Context): Promise<void> => {
    if (route.role === 'anyone') {
      await route.handle(context)
      return
    }
    const staff = await currentStaff(dependencies, context)
    if (staff === null) {
      if (context.method !== 'GET' || wantsJson(context)) throw new AppError('not_authenticated')
      context.redirect(`/sign-in?${new URLSearchParams({ return_to: context.url })}`)
      context.status = 303
      return
    }
    try {
      if (!hasRole(staff.roles, route.role)) throw new AppError('forbidden', { nextPath: '/' })
      demandWritable(context)
      await route.handle(context, staff)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      await noteRefusal(dependencies, context, staff, route, error)
      const page = route.showAgain?.(context, error, staff) ?? null
      if (page === null) throw error
      context.status = statusOf(error.code)
      context.body = page
    }
  }

/** No text that Postgres takes holds a NUL. @throws AppError `bad_request` with the field */
const demandWritable = ({ query }: Context): void => {
  const field = Object.keys(query).find((name) => [query[name]].flat().some((value) => value?.includes('\0')))
  if (field !== undefined)
    throw new AppError('bad_request', { errors: [{ field, message: 'may hold no NUL' }], nextPath: '/' })
}

const noteRefusal = async (
  { database }: SupportDependencies,
  context: Context,
  staff: StaffSession,
  { method, path }: SupportRoute,
  { code, details }: AppError,
): Promise<void> => {
  const named = (['attempt', 'mail', 'person', 'retry'] as const)
    .map((kind) => ({ kind, id: pathPart(context, kind) }))
    .find(({ id }) => isUuid(id))
  await database.audit.record({
    event: 'staff.acted',
    actor: { kind: 'staff', id: staff.staffId },
    organizationId: null,
    attemptId: null,
    target: named ?? null,
    clientNetwork: clientNetwork(context),
    data: { route: `${method} ${path}`, refused: details.refusal ?? code },
  })
}
