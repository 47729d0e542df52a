import { AppError } from '../../domain/errors.js'
import { hasWayInWithout } from '../../domain/sign-in-methods.js'
import type { ApiDependencies } from '../dependencies.js'
import { changeAccount } from './change-account.js'
import type { AccountActor } from './change-account.js'

/**
 * Takes an identity from the account. What rests on it ends with it: the sessions that it opened, this one too, and their open
 * attempts (spec: pipeline 2.13). Afterwards the identity is unknown again.
 * @throws AppError `not_found` for an identity that does not exist or is somebody else's, `last_sign_in_method`, and as `changeAccount`
 */
export const unlinkIdentity = (
  dependencies: ApiDependencies,
  actor: AccountActor,
  identityId: string,
): Promise<void> =>
  changeAccount(dependencies, actor, async ({ stores, userId, methods, note, noteEnded, tell }) => {
    const identity = methods.identities.find(({ id }) => id === identityId)
    if (identity === undefined) throw new AppError('not_found')
    if (!hasWayInWithout(methods, { identityId })) throw new AppError('last_sign_in_method')
    noteEnded(await stores.userSessions.end(userId, { openedBy: { identityId } }))
    await stores.signInMethods.unlink(userId, identityId)
    await tell('sign_in_method_notice', { change: 'identity_unlinked' })
    note(
      'identity.unlinked',
      { kind: 'user', id: userId },
      { identity: identityId, provider: identity.provider.id },
    )
  })
