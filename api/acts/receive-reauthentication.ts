import { AppError } from '../../domain/errors.js'
import type { Attempt } from '../../store/attempts.js'
import type { IdentityOwner } from '../../store/identities.js'
import type { ApiDependencies } from '../dependencies.js'
import { holdVerified } from './verify-password.js'

export interface ReauthenticationAnswer {
  readonly attempt: Attempt
  readonly owner: IdentityOwner
  readonly clientNetwork: string
  /** The account asked for a second factor, and got it. */
  readonly secondFactor: boolean
}

/** The account of the session was proved once more: the person goes on with what it wanted to change. */
export interface Reauthenticated {
  readonly kind: 'reauthenticated'
}

/**
 * Ends an attempt that proved the account of a session once more. It opens no session and gives no other attempt anything.
 * @throws AppError `not_authenticated` where the session is over, `invalid_state` where the attempt is or it was not about the
 *   session's account, `second_factor_required`, and as `holdVerified`
 */
export const receiveReauthentication = (
  { database }: Pick<ApiDependencies, 'database'>,
  { attempt, owner, clientNetwork, secondFactor }: ReauthenticationAnswer,
): Promise<Reauthenticated> =>
  database.transaction(async (stores) => {
    const { userId, identityId } = owner
    const { sessionId, sessionUserId, provider } = attempt
    await holdVerified(stores, owner)
    const standing = sessionId === null ? null : await stores.userSessions.standing(sessionId)
    if (sessionId === null || standing === null) throw new AppError('not_authenticated')
    if (userId !== sessionUserId) throw new AppError('invalid_state')
    if (!secondFactor && (await stores.totp.find(userId))?.confirmed === true)
      throw new AppError('second_factor_required')
    if (!(await stores.attempts.end(attempt.id, { result: 'proved' }))) throw new AppError('invalid_state')
    const issuedByOther = standing.openedBy !== null && standing.openedBy !== provider.organization.id
    await stores.userSessions.noteProof(sessionId, issuedByOther ? 'other' : 'same')
    const common = {
      actor: { kind: 'user', id: userId },
      organizationId: provider.organization.id,
      attemptId: attempt.id,
      clientNetwork,
    } as const
    await stores.audit.record(
      {
        ...common,
        event: 'proof.shown',
        target: { kind: 'session', id: sessionId },
        data: { kind: 'identity', identity: identityId, second_factor: secondFactor },
      },
      {
        ...common,
        event: 'attempt.ended',
        target: { kind: 'attempt', id: attempt.id },
        data: { result: 'proved' },
      },
    )
    return { kind: 'reauthenticated' }
  })
