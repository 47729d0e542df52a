import { longestMailWaitSeconds } from '../domain/mail.js'
import { planTry } from '../domain/mail-try.js'
import type { Mail } from '../store/mail.js'
import type { Stores } from '../store/stores.js'
import type { MailRound, MailStanding } from './contract.js'
import type { MailDependencies } from './dependencies.js'
import type { ComposedMail } from './mail-content.js'
import { findMail } from './mail-standing.js'
import { park } from './park-mail.js'

/** A try that is open, with what it sends. */
export interface OpenTry {
  readonly do: 'send'
  readonly id: string
  readonly mail: Mail
  readonly composed: ComposedMail
}

export type PreparedTry =
  | OpenTry
  /** `busy`: another worker has a try of this mail open. */
  | { readonly do: 'wait'; readonly seconds: number; readonly why: 'paused' | 'ambiguous' | 'busy' }
  /** Nothing is to be sent in this round any more. */
  | { readonly do: 'stop'; readonly standing: MailStanding }

/** Seconds until a mail is looked at again that somebody else seems to be sending; a try takes no longer. */
const busySeconds = 15

/**
 * Decides what the next try of a mail does, and opens it, in one transaction: the last look at mail and address before the body
 * leaves. What an earlier worker left open becomes ambiguous here.
 */
export const prepareTry = (
  dependencies: MailDependencies,
  { mailId, round }: MailRound,
): Promise<PreparedTry> =>
  dependencies.database.transaction(async (stores): Promise<PreparedTry> => {
    await stores.mailTries.takeTurn(mailId)
    await stores.mailTries.giveUpOpenTries(mailId, round)
    const { standing, open } = await findMail(stores, mailId)
    if (open === null) return { do: 'stop', standing }
    const { mail, content } = open

    const plan = planTry({ ...mail, round: { asked: round, current: mail.round } })
    switch (plan.do) {
      case 'stop':
        return { do: 'stop', standing }
      case 'park':
        await park(stores, mail, plan.reason)
        return { do: 'stop', standing: (await findMail(stores, mailId)).standing }
      case 'wait': {
        const seconds = withJitter(Math.min(plan.seconds, longestMailWaitSeconds))
        if (plan.why === 'paused') await stores.mail.addPausedSeconds(mailId, seconds)
        return { do: 'wait', seconds, why: plan.why }
      }
      case 'send': {
        const composed = await content.compose(dependencies)
        if (composed === null) return { do: 'stop', standing: await drop(stores, mailId) }
        const opened = await stores.mailTries.openTry(mailId, round)
        if (opened === null) return { do: 'wait', seconds: busySeconds, why: 'busy' }
        return { do: 'send', id: opened.id, mail, composed }
      }
    }
  })

/** There is nobody to send it to, or nothing to send, any more. */
const drop = async (stores: Stores, mailId: string): Promise<MailStanding> => {
  await stores.mail.setState(mailId, 'cancelled', { reason: 'nothing_to_send' })
  return (await findMail(stores, mailId)).standing
}

/** Up to a tenth more, so that those who wait together do not come back together. */
export const withJitter = (seconds: number): number => seconds * (1 + Math.random() / 10)
