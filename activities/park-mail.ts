import { mailRules } from '../domain/mail.js'
import type { Mail } from '../store/mail.js'
import type { Stores } from '../store/stores.js'
import { mailAudit } from './mail-audit.js'

/** Ends the round without an answer that could still come: the mail waits for support, or is over where nobody would want it later. */
export const park = async (stores: Stores, mail: Mail, reason: string): Promise<void> => {
  const state = mailRules[mail.kind].parks ? 'parked' : 'expired'
  if (!(await stores.mail.setState(mail.id, state, { reason, round: mail.round }))) return
  await stores.audit.record(
    mailAudit(mail, 'mail.parked', { kind: 'system' }, { kind: mail.kind, round: mail.round, reason }),
  )
}
