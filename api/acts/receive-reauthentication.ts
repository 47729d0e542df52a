import { AppError } from '../../domain/errors.js'
import type { Attempt } from '../../store/attempts.js'
import type { IdentityOwner } from '../../store/identities.js'
import type { ApiDependencies } from '../dependencies.js'

/**
 * Ends an attempt that proved the account of a session once more. It opens no session and gives no other attempt anything.
 * @throws AppError `not_authenticated` where the session is over, `invalid_state` where the attempt is
 */
export const receiveReauthentication = (
  { database }: Pick<ApiDependencies, 'database'>,
  attempt: Attempt,
  { userId, identityId }: IdentityOwner,
  clientNetwork: string,
): Promise<void> =>
  database.transaction(async (stores) => {
    const { sessionId, provider } = attempt
    const standing = sessionId === null ? null : await stores.userSessions.standing(sessionId)
    if (sessionId === null || standing === null) throw new AppError('not_authenticated')
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
        event: 'proof.used',
        target: { kind: 'session', id: sessionId },
        data: { kind: 'identity', identity: identityId },
      },
      {
        ...common,
        event: 'attempt.ended',
        target: { kind: 'attempt', id: attempt.id },
        data: { result: 'proved' },
      },
    )
  })
