import { randomBytes } from 'node:crypto'
import {
  buildHash,
  confirmationExpiresAt,
  confirmationFreshHours,
  formatConfirmationToken,
} from '../domain/confirmation-token.js'
import { anonymousMailLimits } from '../domain/mail-limits.js'
import type { Keyring } from '../clients/keyring.js'
import type { Stores } from '../store/stores.js'
import type { UserEmail } from '../store/users.js'
import { park } from './park-mail.js'

export interface ConfirmationCause {
  readonly organizationId: string
  readonly attemptId: string
  readonly locale: string
  /** The run that delivers the mail. */
  readonly workflowId: string
}

/**
 * Queues one confirmation mail for each unverified address of a user, primary and secondary, in the transaction that made
 * them (spec: pipeline 5, "who").
 * @returns ids of the mails
 */
export const sendConfirmEmails = async (
  stores: Stores,
  userId: string,
  cause: ConfirmationCause,
): Promise<string[]> => {
  const unverified = (await stores.users.listEmails(userId)).filter((email) => !email.verified)
  const mails: string[] = []
  for (const email of unverified) mails.push(await sendConfirmEmailSingular(stores, email, cause))
  return mails
}

/**
 * Draws the address's link and queues the mail that carries it. Where strangers have caused too many mails to this address, the mail
 * is parked at once: nobody is mailed, the account and its answers are the same, support sees it, and the owner may ask for it with an
 * allowance of the account's own (spec: pipeline 5, "resend limits").
 * @returns the mail's id
 */
const sendConfirmEmailSingular = async (
  stores: Stores,
  email: UserEmail,
  cause: ConfirmationCause,
): Promise<string> => {
  await setHash(stores, email)
  const mailId = await stores.mail.enqueue({
    kind: 'confirmation',
    userEmailId: email.id,
    organizationId: cause.organizationId,
    attemptId: cause.attemptId,
    locale: cause.locale,
    dedupeKey: `confirmation/${email.id}/${cause.attemptId}`,
    workflowId: cause.workflowId,
  })
  const wait = await stores.rateLimits.take(
    ...anonymousMailLimits.map((limit) => ({ limit, of: email.canonical })),
  )
  const mail = wait > 0 ? await stores.mail.find(mailId) : null
  if (mail !== null) await park(stores, mail, 'mail_limit')
  return mailId
}

/** Draws a fresh nonce and time: what the hash of the link will be made from. Links drawn before are void. */
export const setHash = (stores: Stores, email: UserEmail): Promise<void> =>
  stores.users.setConfirmationNonce(email.id, randomBytes(32))

/** The token of the link that an address has now, and when it expires; null where none was drawn. */
export const confirmationLink = (
  keyring: Keyring,
  email: UserEmail,
): { readonly token: string; readonly expiresAt: Date } | null => {
  if (email.confirmation === null) return null
  const hash = buildHash(
    { ...email.confirmation, emailId: email.id, userId: email.userId, canonical: email.canonical },
    (message) => keyring.sign('email-confirmation', message),
  )
  return {
    token: formatConfirmationToken({ keyId: keyring.currentId, emailId: email.id, hash }),
    expiresAt: confirmationExpiresAt(email.confirmation.issuedAt),
  }
}

/** Whether a link has enough life left to be sent (spec: mail, "budget by kind"). */
export const isFreshEnough = (expiresAt: Date, now: Date): boolean =>
  expiresAt.getTime() - now.getTime() >= confirmationFreshHours * 3_600_000
