import type { AuditData } from '../domain/audit-events.js'
import type { AuditEvent, AuditEventOf } from '../store/audit.js'
import type { Mail } from '../store/mail.js'

type MailEvent = 'mail.accepted' | 'mail.parked' | 'mail.retried' | 'mail.given_up'
type AuditedMail = Pick<Mail, 'id' | 'organization' | 'attemptId'>

/** An audit row about a mail. */
export const mailAudit = <Event extends MailEvent>(
  mail: AuditedMail,
  event: Event,
  actor: AuditEvent['actor'],
  data: AuditData<Event>,
): AuditEventOf<Event> => ({
  event,
  actor,
  organizationId: mail.organization.id,
  attemptId: mail.attemptId,
  target: { kind: 'mail', id: mail.id },
  data,
})
