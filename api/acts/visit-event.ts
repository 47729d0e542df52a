import type { AuditEvent } from '../../store/audit.js'
import type { Visit } from './visit-organization.js'

/** For the audit: what somebody who runs an organization did in it. */
export const visitEvent = (
  { organization, session, clientNetwork }: Visit,
  event: AuditEvent['event'],
  target: NonNullable<AuditEvent['target']>,
  data: NonNullable<AuditEvent['data']>,
): AuditEvent => ({
  event,
  actor: { kind: 'user', id: session.user.id },
  organizationId: organization.id,
  attemptId: null,
  target,
  clientNetwork,
  data,
})
