import { heldUntil, isOut } from '../../domain/mail.js'
import { ownAddress } from '../../domain/sealed-claims.js'
import type { Keyring } from '../../clients/keyring.js'
import type { Mail } from '../../store/mail.js'
import type { Stores } from '../../store/stores.js'
import { chooseLocale } from '../../views/locale.js'
import { renderNotice } from '../../views/mails/notice.js'
import type { NoticeKind } from '../../views/mails/notice.js'
import { shownIdentity } from '../shown-identity.js'
import type { ReadMailContent } from '../mail-content.js'

/** A mail that tells something and asks nothing: over once the provider has it; one that waits for support is held 7 days. */
export const aboutNotice: ReadMailContent = async (stores, mail) => {
  const attempt = mail.attemptId === null ? null : await stores.attempts.find(mail.attemptId)
  return {
    dueEnd: !isOut(mail.state) && mail.now.getTime() >= heldUntil(mail.createdAt) ? 'expired' : null,
    waitUntil: heldUntil(mail.createdAt),
    over: isOut(mail.state),
    async compose({ keyring, publicOrigin, supportContact }) {
      const to = await recipientOf(stores, keyring, mail)
      if (to === null) return null
      const message = renderNotice({
        kind: mail.kind as NoticeKind,
        locale: chooseLocale(mail.locale),
        organizationName: mail.organization.name,
        providerName: attempt?.provider.displayName ?? null,
        identity: attempt === null ? null : shownIdentity(keyring, attempt),
        facts: mail.facts,
        signInLink: `${publicOrigin}/sso/${mail.organization.slug}`,
        accountLink: `${publicOrigin}/account`,
        supportContact,
      })
      return { to, message, waitUntil: heldUntil(mail.createdAt), over: true }
    },
  }
}

const recipientOf = async (stores: Stores, keyring: Keyring, mail: Mail): Promise<string | null> => {
  if (mail.recipient !== null) return keyring.open('mail-recipient', mail.dedupeKey, mail.recipient)
  if (mail.userEmailId !== null) return (await stores.users.findEmail(mail.userEmailId))?.address ?? null
  const attempt = mail.attemptId === null ? null : await stores.attempts.find(mail.attemptId)
  return attempt === null ? null : (ownAddress(keyring, attempt)?.address ?? null)
}
