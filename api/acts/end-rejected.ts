import type { Outcome } from '../../domain/attempt.js'
import type { ErrorCode } from '../../domain/errors.js'
import type { Attempt } from '../../store/attempts.js'
import type { ApiDependencies } from '../dependencies.js'

export interface Rejection {
  readonly code: ErrorCode
  /** For the audit: codes and names, never values. */
  readonly reason: string
  readonly clientNetwork: string
}

/** Ends an attempt because its answer is refused. One that has ended before keeps its outcome. */
export const endRejected = (
  { database }: Pick<ApiDependencies, 'database'>,
  attempt: Attempt,
  { code, reason, clientNetwork }: Rejection,
): Promise<void> =>
  database.transaction(async (stores) => {
    const outcome: Outcome = { result: 'rejected', code }
    if (!(await stores.attempts.end(attempt.id, outcome))) return
    await stores.audit.record({
      event: 'attempt.ended',
      actor: { kind: 'system' },
      organizationId: attempt.provider.organization.id,
      attemptId: attempt.id,
      clientNetwork,
      data: { ...outcome, reason },
    })
  })
