import { AppError } from '../../domain/errors.js'
import { refusal } from '../../domain/policy.js'
import type { Attempt } from '../../store/attempts.js'
import type { ApiDependencies } from '../dependencies.js'
import { restartPath } from './own-attempt.js'

/**
 * Turns the outcome `signed_in` into a session of the browser that holds the attempt's secret. It may be repeated for 10 min;
 * each time a fresh session replaces the former one and policy is asked again (spec: pipeline 3, "After the outcome").
 * @returns the session's token, for this browser's cookie alone
 * @throws AppError `invalid_state` where there is nothing to redeem, `attempt_expired` after 10 min
 */
export const redeem = (
  { database, keyring }: ApiDependencies,
  attempt: Attempt,
  clientNetwork: string,
): Promise<string> =>
  database.transaction(async (stores) => {
    const locked = await stores.attempts.lock(attempt.id)
    const nextPath = restartPath(attempt)
    if (locked === null || locked.outcome?.result !== 'signed_in' || locked.outcomeUserId === null) {
      throw new AppError('invalid_state', { nextPath })
    }
    if (!locked.redeemable) throw new AppError('attempt_expired', { nextPath })
    const user = await stores.users.find(locked.outcomeUserId)
    const membership = await stores.users.membershipFacts(locked.outcomeUserId, locked.provider.id)
    const refused =
      user === null ? 'user_suspended' : refusal('sign_in', { provider: locked.provider, user, membership })
    if (refused !== null) throw new AppError(refused, { nextPath })

    const sessionToken = keyring.randomToken()
    const session = await stores.sessions.openForAttempt(attempt.id, keyring.hashToken(sessionToken))
    await stores.audit.record({
      event: 'session.started',
      actor: { kind: 'user', id: locked.outcomeUserId },
      organizationId: locked.provider.organization.id,
      attemptId: attempt.id,
      target: { kind: 'session', id: session.id },
      clientNetwork,
    })
    return sessionToken
  })
