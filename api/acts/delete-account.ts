import { AppError } from '../../domain/errors.js'
import type { ApiDependencies } from '../dependencies.js'
import { changeAccount } from './change-account.js'
import type { AccountActor } from './change-account.js'
import { wakeRuns } from './wake-runs.js'

/**
 * Deletes the account of who is signed in here, with everything that is about the person; the audit keeps pseudonyms.
 * @throws AppError `bad_request` for the only owner of an organization, which nobody could manage any more, and as `changeAccount`
 */
export const deleteAccount = async (dependencies: ApiDependencies, actor: AccountActor): Promise<void> => {
  const runs = await changeAccount(dependencies, actor, async ({ stores, userId, note, noteEnded }) => {
    const left = await stores.accounts.organizationsWithoutOtherOwner(userId)
    if (left.length > 0)
      throw new AppError('bad_request', {
        errors: left.map((name) => ({ field: 'organization', message: `${name} has no other owner` })),
      })
    const held: string[] = []
    for (const { id } of await stores.users.listEmails(userId))
      held.push(...(await stores.mail.workflowsOf(id)))
    noteEnded(await stores.userSessions.end(userId, 'all'))
    note('user.deleted', { kind: 'user', id: userId })
    const addresses = await stores.people.provedAddresses(userId)
    await stores.people.erase(userId, {
      addresses,
      indexes: addresses.flatMap((address) => dependencies.keyring.blindIndexes('address-index', address)),
    })
    return held
  })
  await wakeRuns(dependencies, runs)
}
