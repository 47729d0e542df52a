import { randomUUID } from 'node:crypto'
import { beginRound } from '../activities/begin-round.js'
import { correctAddress } from '../activities/correct-address.js'
import type { Mail } from '../store/mail.js'
import { demandReason, refused } from './act.js'
import type { StaffAct, SupportDependencies } from './act.js'
import { openMail, oweToHolder, tellHolder } from './held-mail.js'

export interface RetryMail extends StaffAct {
  readonly mailId: string
  /** Another address for the person, in the place of one that was never verified. */
  readonly email?: string
  /** The round that whoever asks has seen: one press of the button opens one round, however often it is pressed. */
  readonly seenRound?: number
  /** Names this wish where it may be asked more than once: it opens one round. */
  readonly request?: string
}

/**
 * Sends a mail once more, in a new round, to another address where one is given. The rows are the act: address, round and audit are
 * written together or not at all, and the run that holds the mail is only told of it. So whoever asks knows at once what was done, and
 * it is carried out though Temporal or the workers are away.
 * @throws AppError `bad_request`, `not_found`, `email_invalid`, `refused`: nothing is done
 */
export const retryMail = async (dependencies: SupportDependencies, act: RetryMail): Promise<void> => {
  const { mailId, actor, email, request, seenRound } = act
  const reason = demandReason(act.reason)
  const mail = await dependencies.database.transaction(async (stores): Promise<Mail | null> => {
    await stores.mailTries.takeTurn(mailId)
    const seen = await openMail(stores, mailId)
    if (request !== undefined && (await stores.mail.isRequested(mailId, request))) return null
    const corrected = email !== undefined && (await correctAddress(stores, seen, { email, actor, reason }))
    if (!corrected && seenRound !== undefined && seenRound < seen.round) return null
    const round = await beginRound(stores, { mailId, actor, reason, request: request ?? randomUUID() })
    if (round === null) {
      await openMail(stores, mailId)
      throw refused('mail_under_way')
    }
    const queued: Mail = { ...seen, state: 'queued', round }
    await oweToHolder(stores, queued)
    return queued
  })
  if (mail !== null) await tellHolder(dependencies, mail)
}
