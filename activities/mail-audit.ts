import type { AuditEvent } from '../store/audit.js'
import type { Mail } from '../store/mail.js'

type AuditedMail = Pick<Mail, 'id' | 'organization' | 'attemptId'>

/** An audit row about a mail. */
export const mailAudit = (
  mail: AuditedMail,
  event: AuditEvent['event'],
  actor: AuditEvent['actor'],
  data: Readonly<Record<string, unknown>>,
): AuditEvent => ({
  event,
  actor,
  organizationId: mail.organization.id,
  attemptId: mail.attemptId,
  target: { kind: 'mail', id: mail.id },
  data,
})
