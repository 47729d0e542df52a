import type { AuditData, AuditEventName, AuditTarget } from '../domain/audit-events.js'
import type { AuditEventOf } from '../store/audit.js'
import type { Attempt } from '../store/attempts.js'

/** An audit row about something that a user did, or that was done for the user, inside an attempt. */
export const attemptAudit = <Event extends AuditEventName>(
  attempt: Attempt,
  userId: string,
  event: Event,
  target: AuditTarget<Event>,
  data: AuditData<Event>,
): AuditEventOf<Event> => ({
  event,
  actor: { kind: 'user', id: userId },
  organizationId: attempt.provider.organization.id,
  attemptId: attempt.id,
  target,
  clientNetwork: attempt.clientNetwork,
  data,
})
