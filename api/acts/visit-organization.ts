import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import { isAllowed } from '../../domain/permissions.js'
import type { Permission } from '../../domain/permissions.js'
import type { Role } from '../../domain/policy.js'
import type { Session } from '../../store/sessions.js'
import type { ApiDependencies } from '../dependencies.js'
import { clientNetwork, pathPart } from '../request.js'
import { currentSession, refuseLostReach, signInPath } from './current-session.js'

/** Somebody who runs an organization, in it. */
export interface Visit {
  readonly organization: Session['organization']
  readonly session: Session
  readonly role: Role
  readonly clientNetwork: string
}

/**
 * Who calls, in the organization that the path names, if the person may do that there. An organization that does not exist, one
 * that the session does not reach and one in which the person may not get the same answer.
 * @throws AppError `not_authenticated`, `wrong_user`, and as `refuseLostReach`
 */
export const visitOrganization = async (
  dependencies: Pick<ApiDependencies, 'database' | 'keyring'>,
  context: Context,
  permission: Permission,
): Promise<Visit> => {
  const slug = pathPart(context, 'organization')
  const session = await currentSession(dependencies, context)
  if (session === null) {
    await refuseLostReach(dependencies, context, context.path)
    throw new AppError('not_authenticated', { nextPath: signInPath(slug, context.path) })
  }
  const { organization } = session
  const reached = organization.slug === slug
  const role = reached ? await dependencies.database.roster.roleOf(organization.id, session.user.id) : null
  if (role === null || !isAllowed(role, permission))
    throw new AppError('wrong_user', { nextPath: '/account', about: 'not_yours_to_manage' })
  return { organization, session, role, clientNetwork: clientNetwork(context) }
}
