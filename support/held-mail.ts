import { AppError } from '../domain/errors.js'
import { hasEnded, isUnderWay, mailPriority } from '../domain/mail.js'
import { isUuid } from '../domain/uuid.js'
import { mailDeliveryWorkflowId } from '../domain/workflow-ids.js'
import type { Mail } from '../store/mail.js'
import type { Stores } from '../store/stores.js'
import { refused } from './act.js'
import type { SupportDependencies } from './act.js'

/** A mail that has not ended. @throws AppError `not_found`, `refused` */
export const openMail = async (stores: Pick<Stores, 'mail'>, mailId: string): Promise<Mail> => {
  const mail = isUuid(mailId) ? await stores.mail.find(mailId) : null
  if (mail === null) throw new AppError('not_found')
  if (hasEnded(mail.state)) throw refused('mail_ended')
  return mail
}

/** A reminder is sent by the run of the mail that it repeats, which forgets it then; only a run of its own keeps it. */
const isKept = (mail: Mail): boolean =>
  mail.kind !== 'confirmation_reminder' || mail.workflowId === mailDeliveryWorkflowId(mail.id)

/** Notes, with the change of a mail itself, that a run has yet to hear of it: the relay sees to it. @param mail as it is now */
export const oweToHolder = async (stores: Pick<Stores, 'mail'>, mail: Mail): Promise<void> => {
  if (isKept(mail)) await stores.mail.oweNudge(mail.id)
  else if (isUnderWay(mail.state)) await stores.mail.oweDelivery(mail.id)
}

/** Tells the run that holds a mail at once; one that nobody holds any more gets a run of its own. */
export const tellHolder = async (
  { pipelines }: Pick<SupportDependencies, 'pipelines'>,
  mail: Mail,
): Promise<void> => {
  try {
    if (isKept(mail) && (await pipelines.nudgeMail(mail.workflowId))) return
    if (!isUnderWay(mail.state)) return
    const urgency = { priority: mailPriority(mail.kind, true), organizationId: mail.organization.id }
    await pipelines.startDelivery({ mailId: mail.id, round: mail.round }, urgency)
  } catch {
    // What was done stands, and the relay tells it.
  }
}
