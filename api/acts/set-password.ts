import { AppError } from '../../domain/errors.js'
import { passwordFault, passwordMaximum, passwordMinimum } from '../../domain/password.js'
import type { PasswordFault } from '../../domain/password.js'
import { hasWayInWithout } from '../../domain/sign-in-methods.js'
import type { ApiDependencies } from '../dependencies.js'
import { changeAccount } from './change-account.js'
import type { AccountActor } from './change-account.js'

/**
 * Sets or changes the password of the account. All other sessions end.
 * @throws AppError `bad_request` with what is wrong with it, and as `changeAccount`
 */
export const setPassword = async (
  dependencies: ApiDependencies,
  actor: AccountActor,
  password: string,
): Promise<void> => {
  const { session } = actor
  await demandGoodPassword(dependencies, session.user, password)
  // Before the transaction: it takes as long as all the rest together.
  const hash = await dependencies.passwords.hash(password)
  await changeAccount(dependencies, actor, async ({ stores, userId, methods, note, noteEnded, tell }) => {
    await stores.passwords.set(userId, hash)
    noteEnded(await stores.userSessions.end(userId, { except: session.id }))
    await tell('password_changed_notice')
    note('password.set', { kind: 'user', id: userId }, { changed: methods.password !== null })
  })
}

/**
 * Takes the password from the account, and ends the sessions that it opened, this one too.
 * @throws AppError `not_found` where there is none, `last_sign_in_method`, and as `changeAccount`
 */
export const removePassword = (dependencies: ApiDependencies, actor: AccountActor): Promise<void> =>
  changeAccount(dependencies, actor, async ({ stores, userId, methods, note, noteEnded, tell }) => {
    if (methods.password === null) throw new AppError('not_found')
    if (!hasWayInWithout(methods, 'password')) throw new AppError('last_sign_in_method')
    noteEnded(await stores.userSessions.end(userId, { openedBy: 'password' }))
    await stores.passwords.remove(userId)
    await tell('sign_in_method_notice', { change: 'password_removed' })
    note('password.removed', { kind: 'user', id: userId }, {})
  })

const faults: Readonly<Record<PasswordFault, string>> = {
  too_short: `must have at least ${passwordMinimum} characters`,
  too_long: `must have at most ${passwordMaximum} characters`,
  too_easy: 'is too easy to guess',
}

/** @throws AppError `bad_request` where the password of this user may not be that */
export const demandGoodPassword = async (
  { database }: Pick<ApiDependencies, 'database'>,
  { id, name }: { readonly id: string; readonly name: string },
  password: string,
): Promise<void> => {
  const emails = await database.users.listEmails(id)
  const fault = passwordFault(password, [name, ...emails.map(({ address }) => address)])
  if (fault !== null)
    throw new AppError('bad_request', {
      errors: [{ field: 'password', message: faults[fault] }],
      cause: fault,
    })
}
