import { AppError } from '../domain/errors.js'
import { refused } from './act.js'
import type { StaffAct, SupportDependencies } from './act.js'

/**
 * Ends an attempt that nobody has decided; the relay tells its run. Repeated, it changes nothing.
 * @throws AppError `not_found`, `refused`
 */
export const cancelAttempt = async (
  { database }: Pick<SupportDependencies, 'database'>,
  { attemptId, actor, reason }: StaffAct & { readonly attemptId: string },
): Promise<void> => {
  await database.transaction(async (stores) => {
    const locked = await stores.attempts.lock(attemptId)
    if (locked === null) throw new AppError('not_found')
    if (locked.outcome?.result === 'cancelled') return
    if (locked.outcome !== null || locked.expired) throw refused('attempt_ended')
    if ((await stores.decisions.find(attemptId)) !== null) throw refused('attempt_decided')
    await stores.attempts.end(attemptId, { result: 'cancelled' })
    await stores.audit.record({
      event: 'attempt.ended',
      actor: { kind: 'staff', id: actor },
      organizationId: locked.provider.organization.id,
      attemptId,
      target: { kind: 'attempt', id: attemptId },
      data: { result: 'cancelled', reason },
    })
  })
}
