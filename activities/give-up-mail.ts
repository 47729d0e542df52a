import type { MailState } from '../domain/mail.js'
import type { Stores } from '../store/stores.js'
import type { SupportAct } from './contract.js'
import type { PipelineDependencies } from './dependencies.js'
import { mailAudit } from './mail-audit.js'

/** Ends a mail and its reminder for good, with its audit row; one that has ended stays as it is. @returns how it ended */
export const createGiveUpMail =
  ({ database }: PipelineDependencies) =>
  (act: SupportAct): Promise<MailState> =>
    database.transaction((stores) => giveUp(stores, act))

/** The same within a transaction. */
export const giveUp = async (stores: Stores, { mailId, actor, reason }: SupportAct): Promise<MailState> => {
  const ended = await stores.mail.setState(mailId, 'cancelled', { reason: 'given_up' })
  const mail = await stores.mail.find(mailId)
  if (!ended || mail === null) return mail?.state ?? 'cancelled'
  await stores.mail.cancelReminder(mailId)
  await stores.audit.record(mailAudit(mail, 'mail.given_up', { kind: 'staff', id: actor }, { reason }))
  return 'cancelled'
}
