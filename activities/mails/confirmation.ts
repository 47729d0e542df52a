import { confirmationExpiresAt } from '../../domain/confirmation-token.js'
import { heldUntil, isOut } from '../../domain/mail.js'
import type { MailState } from '../../domain/mail.js'
import type { Mail } from '../../store/mail.js'
import type { Stores } from '../../store/stores.js'
import type { UserEmail } from '../../store/users.js'
import { chooseLocale } from '../../views/locale.js'
import { renderConfirmationMail } from '../../views/mails/confirmation.js'
import { confirmationLink, isFreshEnough, setHash } from '../confirm-email.js'
import type { ReadMailContent } from '../mail-content.js'

/**
 * The mail that asks whether an address belongs to its account, and its reminder. It goes with its address, which stays unchanged by
 * others until the transaction ends. A mail whose link is out lasts as long as the link; one that waits for support, parked or come
 * back, 7 days; a reminder no longer than the link that it carries.
 */
export const aboutConfirmation: ReadMailContent = async (stores, mail) => {
  const email = mail.userEmailId === null ? null : await stores.users.lockEmail(mail.userEmailId)
  if (email === null) return null
  return {
    dueEnd: dueEnd(mail, email),
    waitUntil:
      isOut(mail.state) && email.confirmation !== null
        ? confirmationExpiresAt(email.confirmation.issuedAt).getTime()
        : heldUntil(mail.createdAt),
    over: false,
    async compose({ keyring, publicOrigin }) {
      const fresh = await withFreshLink(stores, mail, email)
      const link = confirmationLink(keyring, fresh)
      if (link === null) return null
      const message = renderConfirmationMail({
        locale: chooseLocale(mail.locale),
        organizationName: mail.organization.name,
        address: fresh.address,
        link: `${publicOrigin}/confirm/${link.token}`,
        now: mail.now,
        expiresAt: link.expiresAt,
        isNewUser: mail.kind === 'confirmation' && mail.attemptId !== null && fresh.isPrimary,
        reminder: mail.kind === 'confirmation_reminder',
      })
      return { to: fresh.address, message, waitUntil: link.expiresAt.getTime(), over: false }
    },
  }
}

const dueEnd = (mail: Mail, email: UserEmail): MailState | null => {
  if (email.verified) return 'confirmed'
  const linkIsAll = isOut(mail.state) || mail.kind === 'confirmation_reminder'
  const isOver = linkIsAll
    ? email.confirmation?.expired !== false
    : mail.now.getTime() >= heldUntil(mail.createdAt)
  return isOver ? 'expired' : null
}

/** A confirmation's link lives long enough, or is drawn anew; a reminder carries the link that is out (spec: mail, "budget by kind"). */
const withFreshLink = async (stores: Stores, mail: Mail, email: UserEmail): Promise<UserEmail> => {
  const { confirmation } = email
  if (mail.kind === 'confirmation_reminder') return email
  if (confirmation !== null && isFreshEnough(confirmationExpiresAt(confirmation.issuedAt), mail.now))
    return email
  await setHash(stores, email)
  return (await stores.users.findEmail(email.id)) ?? email
}
