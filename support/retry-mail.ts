import { isUnderWay } from '../domain/mail.js'
import { refused } from './act.js'
import type { StaffAct, SupportDependencies } from './act.js'
import { correctAddress } from './correct-address.js'
import { askHolder, openMail } from './held-mail.js'

export interface RetryMail extends StaffAct {
  readonly mailId: string
  /** Another address for the person, in the place of one that was never verified. */
  readonly email?: string
  /** The round that whoever asks has seen: one press of the button opens one round, however often it is pressed. */
  readonly seenRound?: number
}

/**
 * Sends a mail once more, in a new round. The run that holds it is asked; a mail whose run is over gets one of its own.
 * @throws AppError `not_found`, `email_invalid`, `refused`
 */
export const retryMail = async (dependencies: SupportDependencies, act: RetryMail): Promise<void> => {
  const { database, pipelines } = dependencies
  const { mailId, actor, reason } = act
  const seen = await openMail(database, mailId)
  if (act.seenRound !== undefined && act.seenRound < seen.round) return
  if (act.email !== undefined) await correctAddress(dependencies, { ...act, email: act.email })
  const mail = await openMail(database, mailId)
  const requestId = `retry/${mailId}/${mail.round}`
  const answer = await askHolder(dependencies, 'retryEmail', mail, { actor, reason }, requestId)
  if (answer === 'refused') throw refused('mail_under_way')
  if (answer === 'done') return
  if (isUnderWay(mail.state)) throw refused('mail_under_way')
  await pipelines.startDelivery({ mailId, round: mail.round, retry: { actor, reason, request: requestId } })
}
