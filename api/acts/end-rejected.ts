import type { Outcome } from '../../domain/attempt.js'
import type { ErrorCode } from '../../domain/errors.js'
import { isDeclined } from '../../domain/oidc-failure.js'
import type { Attempt } from '../../store/attempts.js'
import type { ApiDependencies } from '../dependencies.js'
import { logProviderFailure } from './log-provider-failure.js'

export interface Rejection {
  readonly code: ErrorCode
  /** For the audit: codes and names, never values. */
  readonly reason: string
  readonly clientNetwork: string
}

/** Ends an attempt because its answer is refused. One that has ended before keeps its outcome. */
export const endRejected = async (
  { database, log }: Pick<ApiDependencies, 'database' | 'log'>,
  attempt: Attempt,
  { code, reason, clientNetwork }: Rejection,
): Promise<void> => {
  const ofProvider = code === 'provider_error' || code === 'invalid_identity'
  if (ofProvider)
    logProviderFailure(log, { providerId: attempt.provider.id, attemptId: attempt.id, problem: code, reason })
  const outcome: Outcome = {
    result: 'rejected',
    code,
    ...(code === 'provider_error' && isDeclined(reason) ? { declined: true } : {}),
  }
  await database.attempts.end(attempt.id, outcome, null, {
    event: 'attempt.ended',
    actor: { kind: 'system' },
    organizationId: attempt.provider.organization.id,
    attemptId: attempt.id,
    target: { kind: 'attempt', id: attempt.id },
    clientNetwork,
    data: { ...outcome, reason },
  })
}
