import { challengeCode, challengeLinkMessage } from '../../domain/email-challenge.js'
import { isOut } from '../../domain/mail.js'
import { mailedToken } from '../../domain/mailed-token.js'
import { ownAddress } from '../../domain/sealed-claims.js'
import { chooseLocale } from '../../views/locale.js'
import { renderEmailProofMail } from '../../views/mails/email-proof.js'
import { shownIdentity } from '../shown-identity.js'
import type { ReadMailContent } from '../mail-content.js'

/** Link and code for an attempt's own address. It is over as soon as the code is: used, replaced, expired, or the attempt has ended. */
export const aboutEmailProof: ReadMailContent = async (stores, mail) => {
  const attempt = mail.attemptId === null ? null : await stores.attempts.find(mail.attemptId)
  const challenge = mail.referenceId === null ? null : await stores.emailChallenges.find(mail.referenceId)
  if (attempt === null || challenge?.attemptId !== attempt.id) return null
  const { id, nonce, expiresAt } = challenge
  const isOver = attempt.outcome !== null || !challenge.live
  return {
    dueEnd: isOver ? (expiresAt <= mail.now ? 'expired' : 'cancelled') : null,
    waitUntil: expiresAt.getTime(),
    over: isOut(mail.state),
    compose({ keyring, publicOrigin }) {
      const address = ownAddress(keyring, attempt)
      if (address === null) return Promise.resolve(null)
      const key = keyring.currentId
      const message = renderEmailProofMail({
        locale: chooseLocale(mail.locale),
        organizationName: mail.organization.name,
        providerName: attempt.provider.displayName,
        identity: shownIdentity(keyring, attempt),
        code: challengeCode(challenge, (text) => keyring.sign('email-challenge', text)),
        link: `${publicOrigin}/prove/${mailedToken({ id, nonce }, key, (text) => keyring.sign('email-challenge', challengeLinkMessage(text)))}`,
        notMeLink: `${publicOrigin}/not-me/${mailedToken({ id, nonce }, key, (text) => keyring.sign('not-me', text))}`,
        now: mail.now,
        expiresAt,
      })
      return Promise.resolve({ to: address.address, message, waitUntil: expiresAt.getTime(), over: true })
    },
  }
}
