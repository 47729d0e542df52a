import { isOut } from '../../domain/mail.js'
import { chooseLocale } from '../../views/locale.js'
import { renderNotice } from '../../views/mails/notice.js'
import type { ReadMailContent } from '../mail-content.js'

/** The link of an invitation. The mail is over as soon as that is: accepted, expired, or taken back. */
export const aboutInvitation: ReadMailContent = async (stores, mail) => {
  const invitation = mail.referenceId === null ? null : await stores.invitations.findMailed(mail.referenceId)
  const { recipient } = mail
  if (invitation === null || recipient === null) return null
  const { id, sealedToken, accepted, expired, expiresAt } = invitation
  return {
    dueEnd: expired ? 'expired' : accepted ? 'cancelled' : null,
    waitUntil: expiresAt.getTime(),
    over: isOut(mail.state),
    compose({ keyring, publicOrigin, supportContact }) {
      if (sealedToken === null) return Promise.resolve(null)
      const token = keyring.open('invitation', id, sealedToken)
      const signInLink = `${publicOrigin}/sso/${mail.organization.slug}?invitation=${token}`
      const message = renderNotice({
        kind: 'invitation',
        locale: chooseLocale(mail.locale),
        organizationName: mail.organization.name,
        providerName: null,
        identity: null,
        facts: mail.facts,
        signInLink,
        accountLink: `${publicOrigin}/account`,
        supportContact,
      })
      const to = keyring.open('mail-recipient', mail.dedupeKey, recipient)
      return Promise.resolve({ to, message, waitUntil: expiresAt.getTime(), over: true })
    },
  }
}
