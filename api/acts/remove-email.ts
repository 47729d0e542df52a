import { AppError } from '../../domain/errors.js'
import { hasWayInWithout } from '../../domain/sign-in-methods.js'
import type { ApiDependencies } from '../dependencies.js'
import { changeAccount } from './change-account.js'
import type { AccountActor } from './change-account.js'
import { wakeRuns } from '../../support/wake-runs.js'

/**
 * Takes a secondary address from the account; links to it and mails about it go with it.
 * @throws AppError `not_found`, `bad_request` for the primary address, `last_sign_in_method` where a password would be left without an
 *   address to sign in with, and as `changeAccount`
 */
export const removeEmail = async (
  dependencies: ApiDependencies,
  actor: AccountActor,
  emailId: string,
): Promise<void> => {
  const runs = await changeAccount(dependencies, actor, async ({ stores, userId, methods, note, tell }) => {
    const emails = await stores.users.listEmails(userId)
    const email = emails.find(({ id }) => id === emailId)
    if (email === undefined) throw new AppError('not_found')
    if (email.isPrimary)
      throw new AppError('bad_request', {
        errors: [{ field: 'id', message: 'is the primary address; make another one primary first' }],
      })
    const staysVerified = emails.some(({ id, verified }) => verified && id !== emailId)
    if (email.verified && !staysVerified && !hasWayInWithout(methods, 'password'))
      throw new AppError('last_sign_in_method')
    const held = await stores.mail.workflowsOf(emailId)
    await stores.users.deleteEmail(emailId)
    await tell('sign_in_method_notice', { change: 'address_removed' })
    note('email.removed', { kind: 'user', id: userId }, { email: emailId })
    return held
  })
  await wakeRuns(dependencies, runs)
}
