import { AppError } from '../../domain/errors.js'
import { destroyPerson } from '../../support/erase-person.js'
import type { ApiDependencies } from '../dependencies.js'
import { changeAccount } from './change-account.js'
import type { AccountActor } from './change-account.js'
import { wakeRuns } from '../../support/wake-runs.js'

/**
 * Deletes the account of who is signed in here, with everything that is about the person; the audit keeps pseudonyms.
 * @throws AppError `bad_request` for the only owner of an organization, which nobody could manage any more, and as `changeAccount`
 */
export const deleteAccount = async (dependencies: ApiDependencies, actor: AccountActor): Promise<void> => {
  const runs = await changeAccount(dependencies, actor, async ({ stores, userId, note, noteEnded }) => {
    const left = await stores.accounts.lockOtherOwners(userId)
    if (left.length > 0)
      throw new AppError('bad_request', {
        errors: left.map((name) => ({ field: 'organization', message: `${name} has no other owner` })),
      })
    noteEnded(await stores.userSessions.end(userId, 'all'))
    note('user.deleted', { kind: 'user', id: userId }, {})
    return destroyPerson(stores, dependencies.keyring, { userId, actor: { kind: 'user', id: userId } })
  })
  await wakeRuns(dependencies, runs)
}
