import { AppError } from '../../domain/errors.js'
import type { ApiDependencies } from '../dependencies.js'
import type { AccountActor } from './change-account.js'
import { demandWhole, verifyOwnPassword } from './verify-password.js'

/**
 * Proves once more, by its password, that the account is the one of who is signed in here; changes of it are open for 15 min then.
 * @throws AppError `second_factor_required`, and as `verifyOwnPassword`
 */
export const reauthenticateByPassword = async (
  dependencies: ApiDependencies,
  { session, clientNetwork }: AccountActor,
  shown: { readonly password: string; readonly otp: string | undefined },
): Promise<void> => {
  const { userId, methods } = demandWhole(
    await verifyOwnPassword(dependencies, session.user.id, { ...shown, clientNetwork }),
  )
  await dependencies.database.transaction(async (stores) => {
    const standing = await stores.userSessions.standing(session.id)
    if (standing === null) throw new AppError('not_authenticated')
    await stores.userSessions.noteProof(session.id, standing.openedThrough === null ? 'same' : 'other')
    await stores.audit.record({
      event: 'proof.used',
      actor: { kind: 'user', id: userId },
      organizationId: session.organization.id,
      attemptId: null,
      target: { kind: 'session', id: session.id },
      clientNetwork,
      data: { kind: 'password', methods },
    })
  })
}
