import type { AuditData, AuditEventName, AuditTarget } from '../../domain/audit-events.js'
import type { AuditEventOf } from '../../store/audit.js'
import type { Visit } from './visit-organization.js'

/** For the audit: what somebody who runs an organization did in it. */
export const visitEvent = <Event extends AuditEventName>(
  { organization, session, clientNetwork }: Visit,
  event: Event,
  target: AuditTarget<Event>,
  data: AuditData<Event>,
): AuditEventOf<Event> => ({
  event,
  actor: { kind: 'user', id: session.user.id },
  organizationId: organization.id,
  attemptId: null,
  target,
  clientNetwork,
  data,
})
