import type { AuditEvent } from '../store/audit.js'
import type { Attempt } from '../store/attempts.js'

/** An audit row about something that a user did, or that was done for the user, inside an attempt. */
export const attemptAudit = (
  attempt: Attempt,
  userId: string,
  event: AuditEvent['event'],
  target: { readonly kind: string; readonly id: string },
  data: Readonly<Record<string, unknown>> = {},
): AuditEvent => ({
  event,
  actor: { kind: 'user', id: userId },
  organizationId: attempt.provider.organization.id,
  attemptId: attempt.id,
  target,
  clientNetwork: attempt.clientNetwork,
  data,
})
