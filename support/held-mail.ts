import { AppError } from '../domain/errors.js'
import { hasEnded } from '../domain/mail.js'
import type { Mail } from '../store/mail.js'
import type { Stores } from '../store/stores.js'
import { refused } from './act.js'
import type { StaffAct, SupportDependencies } from './act.js'

/**
 * Asks the run that holds a mail. A reminder is sent by the run of its mail, and kept by nobody.
 * @throws AppError `refused` where nobody answers
 */
export const askHolder = async (
  { pipelines }: Pick<SupportDependencies, 'pipelines'>,
  name: 'retryEmail' | 'giveUpEmail',
  mail: Mail,
  { actor, reason }: StaffAct,
  requestId: string,
): Promise<'done' | 'refused' | 'not_held'> => {
  if (mail.kind === 'confirmation_reminder') return 'not_held'
  const request = { mailId: mail.id, actor, reason }
  const answer = await pipelines
    .askSupport(name, mail.workflowId, request, requestId)
    .catch((error: unknown) => {
      throw refused('run_silent', error)
    })
  return answer.kind
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A mail that has not ended. @throws AppError `not_found`, `refused` */
export const openMail = async (stores: Pick<Stores, 'mail'>, mailId: string): Promise<Mail> => {
  const mail = uuid.test(mailId) ? await stores.mail.find(mailId) : null
  if (mail === null) throw new AppError('not_found')
  if (hasEnded(mail.state)) throw refused('mail_ended')
  return mail
}
