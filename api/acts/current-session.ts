import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import type { Session } from '../../store/sessions.js'
import { sessionToken } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { mayReach } from '../host-page.js'

/**
 * The session of this browser, if it has one that counts. To a page of an application one of another organization is none: whoever is
 * signed in there is a stranger to it.
 */
export const currentSession = async (
  dependencies: Pick<ApiDependencies, 'database' | 'keyring'>,
  context: Context,
): Promise<Session | null> => {
  const session = await sessionOfBrowser(dependencies, context)
  return session !== null && mayReach(context, session.organization.id) ? session : null
}

/** The session of this browser, whoever asks: what an attempt is pinned to, and nothing that is told. */
export const sessionOfBrowser = (
  { database, keyring }: Pick<ApiDependencies, 'database' | 'keyring'>,
  context: Context,
): Promise<Session | null> => {
  const token = sessionToken(context)
  return token === undefined ? Promise.resolve(null) : database.sessions.find(keyring.hashToken(token))
}

/**
 * Says to somebody without a session that counts why, where the organization took that away, and where to sign in again.
 * @param returnTo a path of our own, to go on at
 * @throws AppError `provider_mismatch`, `second_factor_required`
 */
export const refuseLostReach = async (
  { database, keyring }: Pick<ApiDependencies, 'database' | 'keyring'>,
  context: Context,
  returnTo: string,
): Promise<void> => {
  const token = sessionToken(context)
  const refused = token === undefined ? null : await database.sessions.findRefused(keyring.hashToken(token))
  if (refused !== null)
    throw new AppError(refused.code, { nextPath: signInPath(refused.organizationSlug, returnTo) })
}

/** Where somebody signs in to an organization, to go on at a path of our own. */
export const signInPath = (slug: string, returnTo: string): string =>
  `/sso/${encodeURIComponent(slug)}?${new URLSearchParams({ return_to: returnTo })}`

/** @throws AppError `not_authenticated` */
export const requireSession = async (dependencies: ApiDependencies, context: Context): Promise<Session> => {
  const session = await currentSession(dependencies, context)
  if (session === null) throw new AppError('not_authenticated')
  return session
}
