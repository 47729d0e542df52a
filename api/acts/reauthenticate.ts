import { AppError } from '../../domain/errors.js'
import { refusal } from '../../domain/policy.js'
import type { NamedAttempt } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import type { AccountActor } from './change-account.js'
import { beginAttempt } from './start-attempt.js'
import type { StartedAttempt } from './start-attempt.js'
import { demandWhole, holdVerified, verifyOwnPassword } from './verify-password.js'

/**
 * Proves once more, by its password, that the account is the one of who is signed in here; changes of it are open for 15 min then.
 * @throws AppError `second_factor_required`, and as `verifyOwnPassword`
 */
export const reauthenticateByPassword = async (
  dependencies: ApiDependencies,
  { session, clientNetwork }: AccountActor,
  shown: { readonly password: string; readonly otp: string | undefined },
): Promise<void> => {
  const verified = demandWhole(
    await verifyOwnPassword(dependencies, session.user.id, { ...shown, clientNetwork }),
  )
  const { userId, methods } = verified
  await dependencies.database.transaction(async (stores) => {
    await holdVerified(stores, verified)
    const standing = await stores.userSessions.standing(session.id)
    if (standing === null) throw new AppError('not_authenticated')
    await stores.userSessions.noteProof(session.id, standing.openedBy === null ? 'same' : 'other')
    await stores.audit.record({
      event: 'proof.shown',
      actor: { kind: 'user', id: userId },
      organizationId: session.organization.id,
      attemptId: null,
      target: { kind: 'session', id: session.id },
      clientNetwork,
      data: { kind: 'password', methods },
    })
  })
}

export interface ReauthenticationStart {
  readonly identityId: string
  readonly returnTo: string | undefined
  readonly loginHint: string | undefined
  readonly attemptsOfBrowser: readonly NamedAttempt[]
}

/**
 * Begins the same by another sign-in at the provider of one of the account's identities, which has to let the person sign in anew.
 * @throws AppError `not_found` for an identity that is not the account's, what policy says of `prove`, and as `beginAttempt`
 */
export const reauthenticateByIdentity = async (
  dependencies: ApiDependencies,
  { session, clientNetwork, locale }: AccountActor,
  { identityId, ...start }: ReauthenticationStart,
): Promise<StartedAttempt> => {
  const { organizations, signInMethods } = dependencies.database
  const { identities } = await signInMethods.list(session.user.id)
  const identity = identities.find(({ id }) => id === identityId)
  const provider = identity === undefined ? null : await organizations.findProviderById(identity.provider.id)
  if (provider === null) throw new AppError('not_found')
  const nextPath = '/account/reauthentication'
  const refused = refusal('prove', { provider })
  if (refused !== null) throw new AppError(refused, { nextPath })
  return beginAttempt(dependencies, provider, {
    ...start,
    locale,
    clientNetwork,
    session,
    child: { purpose: 'reauthenticate', parentId: null },
    nextPath,
  })
}
