import { extensionMinutes } from '../domain/support.js'
import type { ExtendAct } from './contract.js'
import type { PipelineDependencies } from './dependencies.js'

/**
 * Gives the person of an attempt that waits for a decision more time, with its audit row; each extension counts once.
 * @returns the deadline that stands now, milliseconds since 1970
 */
export const createExtendAttempt =
  ({ database }: PipelineDependencies) =>
  ({ attemptId, actor, reason, extension }: ExtendAct): Promise<number> =>
    database.transaction(async (stores) => {
      const attempt = await stores.attempts.lock(attemptId)
      if (attempt === null) return 0
      const isWaiting = attempt.stage === 'awaiting_decision' && !attempt.expired
      const until = isWaiting
        ? await stores.attemptSearch.extend(attemptId, extension, extensionMinutes)
        : null
      if (until === null) return attempt.expiresAt.getTime()
      await stores.audit.record({
        event: 'staff.acted',
        actor: { kind: 'staff', id: actor },
        organizationId: attempt.provider.organization.id,
        attemptId,
        target: { kind: 'attempt', id: attemptId },
        data: { act: 'extend', extension, minutes: extensionMinutes, reason },
      })
      return until.getTime()
    })
