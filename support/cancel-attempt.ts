import { AppError } from '../domain/errors.js'
import type { Attempt } from '../store/attempts.js'
import { refused } from './act.js'
import type { StaffAct, SupportDependencies } from './act.js'

/**
 * Ends an attempt that nobody has decided; its run is woken and finds the outcome. Repeated, it changes nothing.
 * @throws AppError `not_found`, `refused`
 */
export const cancelAttempt = async (
  { database, pipelines }: SupportDependencies,
  { attemptId, actor, reason }: StaffAct & { readonly attemptId: string },
): Promise<void> => {
  const attempt = await database.transaction(async (stores): Promise<Attempt> => {
    const locked = await stores.attempts.lock(attemptId)
    if (locked === null) throw new AppError('not_found')
    if (locked.outcome?.result === 'cancelled') return locked
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
    return locked
  })
  // The outcome stands, whether or not the run hears of it now.
  const run = { organizationId: attempt.provider.organization.id, attemptId }
  await pipelines.nudge(run, 'cancel').catch(() => false)
}
