import { confirmationExpiresAt } from '../domain/confirmation-token.js'
import { hasEnded, isOut, mailHeldDays } from '../domain/mail.js'
import type { MailState } from '../domain/mail.js'
import type { Mail } from '../store/mail.js'
import type { Stores } from '../store/stores.js'
import type { UserEmail } from '../store/users.js'
import type { MailStanding } from './contract.js'
import type { PipelineDependencies } from './dependencies.js'

/** Where a mail stands; `open` as long as it has not ended. */
export interface FoundMail {
  readonly standing: MailStanding
  readonly open: { readonly mail: Mail; readonly email: UserEmail } | null
}

/**
 * Where a mail stands, by the database's clock; an end that is due is noted. A mail whose link is out lasts as long as the link; one
 * that waits for support, parked or come back, 7 days; a reminder no longer than the link that it carries.
 */
export const createMailStanding =
  ({ database }: PipelineDependencies) =>
  ({ mailId }: { readonly mailId: string }): Promise<MailStanding> =>
    database.transaction(async (stores) => {
      await stores.mail.markHeard(mailId)
      return (await findMail(stores, mailId)).standing
    })

/** The same within a transaction, which keeps the address unchanged by others until it ends. */
export const findMail = async (stores: Stores, mailId: string): Promise<FoundMail> => {
  const mail = await stores.mail.find(mailId)
  if (mail === null) return gone
  if (hasEnded(mail.state)) return ended(mail, mail.state)
  const email = await stores.users.lockEmail(mail.userEmailId)
  if (email === null) return gone
  const end = dueEnd(mail, email)
  if (end !== null) {
    await stores.mail.setState(mailId, end)
    return ended(mail, end)
  }
  return {
    standing: { state: mail.state, round: mail.round, waitUntil: waitUntil(mail, email) },
    open: { mail, email },
  }
}

/** Days are counted from when it was queued. Milliseconds since 1970. */
export const heldUntil = (mail: Mail): number => mail.createdAt.getTime() + mailHeldDays * 24 * 3_600_000

/** A mail goes with its address. */
const gone: FoundMail = { standing: { state: 'cancelled', round: 0, waitUntil: 0 }, open: null }

const ended = (mail: Mail, state: MailState): FoundMail => ({
  standing: { state, round: mail.round, waitUntil: 0 },
  open: null,
})

const dueEnd = (mail: Mail, email: UserEmail): MailState | null => {
  if (email.verified) return 'confirmed'
  const linkIsAll = isOut(mail.state) || mail.kind === 'confirmation_reminder'
  const isOver = linkIsAll ? email.confirmation?.expired !== false : mail.now.getTime() >= heldUntil(mail)
  return isOver ? 'expired' : null
}

const waitUntil = (mail: Mail, { confirmation }: UserEmail): number =>
  isOut(mail.state) && confirmation !== null
    ? confirmationExpiresAt(confirmation.issuedAt).getTime()
    : heldUntil(mail)
