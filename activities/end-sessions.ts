import { endedWithSession } from '../domain/audit-events.js'
import type { Attempt } from '../store/attempts.js'
import type { AuditEvent } from '../store/audit.js'
import type { Stores } from '../store/stores.js'
import { attemptAudit } from './attempt-audit.js'

/** Sessions of a user end, and what was begun in them. @returns what the audit is to tell of it */
export const endSessions = async (
  stores: Stores,
  attempt: Attempt,
  userId: string,
  which: 'all' | { readonly except: string },
): Promise<AuditEvent[]> => {
  const ended = await stores.userSessions.end(userId, which)
  return [
    ...ended.sessions.map(({ id, organizationId }) => ({
      ...attemptAudit(attempt, userId, 'session.ended', { kind: 'session', id }, {}),
      organizationId,
    })),
    ...ended.attempts.map(({ id, organizationId }) => ({
      ...attemptAudit(attempt, userId, 'attempt.ended', { kind: 'attempt', id }, endedWithSession),
      organizationId,
      attemptId: id,
    })),
  ]
}
