import type { Context } from 'koa'
import { AppError } from '../domain/errors.js'
import { isUuid } from '../domain/uuid.js'
import type { AccountActor } from './acts/change-account.js'
import { requireSession } from './acts/current-session.js'
import type { ApiDependencies } from './dependencies.js'
import { clientNetwork, localeOf, pathPart } from './request.js'

/** Who is signed in here and changes the own account. @throws AppError `not_authenticated` */
export const accountActor = async (
  dependencies: ApiDependencies,
  context: Context,
): Promise<AccountActor> => ({
  session: await requireSession(dependencies, context),
  clientNetwork: clientNetwork(context),
  locale: localeOf(context),
})

/** One of what an account has. @throws AppError `not_found` for what it has not, as for what nobody has */
export const named = <Item extends { readonly id: string }>(items: readonly Item[], id: string): Item => {
  const found = items.find((item) => item.id === id)
  if (found === undefined) throw new AppError('not_found')
  return found
}

/** The id in a path of the account. @throws AppError `not_found` for what is no id, as for an id that does not exist */
export const idInPath = (context: Context): string => {
  const id = pathPart(context, 'id')
  if (!isUuid(id)) throw new AppError('not_found')
  return id
}
