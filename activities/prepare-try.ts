import { confirmationExpiresAt } from '../domain/confirmation-token.js'
import { longestMailWaitSeconds } from '../domain/mail.js'
import { planTry } from '../domain/mail-try.js'
import type { Mail } from '../store/mail.js'
import type { Stores } from '../store/stores.js'
import type { UserEmail } from '../store/users.js'
import { confirmationLink, isFreshEnough, setHash } from './confirm-email.js'
import type { MailRound, MailStanding } from './contract.js'
import type { PipelineDependencies } from './dependencies.js'
import { mailAudit } from './mail-audit.js'
import { findMail, heldUntil } from './mail-standing.js'

/** A try that is open, with what it sends. */
export interface OpenTry {
  readonly do: 'send'
  readonly id: string
  readonly mail: Mail
  readonly email: UserEmail
  readonly link: { readonly token: string; readonly expiresAt: Date }
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
  dependencies: PipelineDependencies,
  { mailId, round }: MailRound,
): Promise<PreparedTry> =>
  dependencies.database.transaction(async (stores): Promise<PreparedTry> => {
    await stores.mailTries.giveUpOpenTries(mailId, round)
    const { standing, open } = await findMail(stores, mailId)
    if (open === null) return { do: 'stop', standing }
    const { mail } = open

    const plan = planTry({ ...mail, round: { asked: round, current: mail.round } })
    switch (plan.do) {
      case 'stop':
        return { do: 'stop', standing }
      case 'park':
        return { do: 'stop', standing: await park(stores, mail, plan.reason) }
      case 'wait': {
        const seconds = withJitter(Math.min(plan.seconds, longestMailWaitSeconds))
        if (plan.why === 'paused') await stores.mail.addPausedSeconds(mailId, seconds)
        return { do: 'wait', seconds, why: plan.why }
      }
      case 'send': {
        const email = await withFreshLink(stores, mail, open.email)
        const link = confirmationLink(dependencies.keyring, email)
        const opened = link === null ? null : await stores.mailTries.openTry(mailId, round)
        if (link === null || opened === null) return { do: 'wait', seconds: busySeconds, why: 'busy' }
        return { do: 'send', id: opened.id, mail, email, link }
      }
    }
  })

/** Ends the round without an answer that could still come; the mail waits for support. */
export const park = async (stores: Stores, mail: Mail, reason: string): Promise<MailStanding> => {
  if (await stores.mail.setState(mail.id, 'parked', { reason, round: mail.round })) {
    await stores.audit.record(
      mailAudit(mail, 'mail.parked', { kind: 'system' }, { kind: mail.kind, round: mail.round, reason }),
    )
  }
  return { state: 'parked', round: mail.round, waitUntil: heldUntil(mail) }
}

/** Up to a tenth more, so that those who wait together do not come back together. */
export const withJitter = (seconds: number): number => seconds * (1 + Math.random() / 10)

/** A confirmation's link lives long enough, or is drawn anew; a reminder carries the link that is out (spec: mail, "budget by kind"). */
const withFreshLink = async (stores: Stores, mail: Mail, email: UserEmail): Promise<UserEmail> => {
  const { confirmation } = email
  if (mail.kind === 'confirmation_reminder') return email
  if (confirmation !== null && isFreshEnough(confirmationExpiresAt(confirmation.issuedAt), mail.now))
    return email
  await setHash(stores, email)
  return (await stores.users.findEmail(email.id)) ?? email
}
