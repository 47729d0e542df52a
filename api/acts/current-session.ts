import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import type { Session } from '../../store/sessions.js'
import { sessionToken } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'

/** The session of this browser, if it has one that counts. */
export const currentSession = (
  { database, keyring }: Pick<ApiDependencies, 'database' | 'keyring'>,
  context: Context,
): Promise<Session | null> => {
  const token = sessionToken(context)
  return token === undefined ? Promise.resolve(null) : database.sessions.find(keyring.hashToken(token))
}

/** @throws AppError `not_authenticated` */
export const requireSession = async (dependencies: ApiDependencies, context: Context): Promise<Session> => {
  const session = await currentSession(dependencies, context)
  if (session === null) throw new AppError('not_authenticated')
  return session
}
