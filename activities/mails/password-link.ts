import { isOut } from '../../domain/mail.js'
import { mailedToken } from '../../domain/mailed-token.js'
import { chooseLocale } from '../../views/locale.js'
import { renderPasswordLinkMail } from '../../views/mails/password-link.js'
import type { ReadMailContent } from '../mail-content.js'

/** A link by which the owner of an address sets a password. It is over as soon as the link is: used, void or expired. */
export const aboutPasswordLink: ReadMailContent = async (stores, mail) => {
  const link = mail.referenceId === null ? null : await stores.mailedLinks.find(mail.referenceId)
  const email = link === null ? null : await stores.users.findEmail(link.userEmailId)
  if (link === null || email === null) return null
  const { id, nonce, purpose, expiresAt } = link
  return {
    dueEnd: link.expired ? 'expired' : link.used || link.voided ? 'cancelled' : null,
    waitUntil: expiresAt.getTime(),
    over: isOut(mail.state),
    compose({ keyring, publicOrigin }) {
      const token = mailedToken({ id, nonce }, keyring.currentId, (text) =>
        keyring.sign('password-link', text),
      )
      const message = renderPasswordLinkMail({
        locale: chooseLocale(mail.locale),
        organizationName: mail.organization.name,
        purpose,
        link: `${publicOrigin}/password/${token}`,
        now: mail.now,
        expiresAt,
      })
      return Promise.resolve({ to: email.address, message, waitUntil: expiresAt.getTime(), over: true })
    },
  }
}
