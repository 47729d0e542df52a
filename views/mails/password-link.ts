import type { MailedLinkPurpose } from '../../domain/mailed-token.js'
import { formatDayAndClock, formatTimeLeft } from '../format.js'
import type { Locale } from '../locale.js'
import { renderLetter } from './letter.js'
import type { RenderedMail } from './letter.js'
import { mailMessagesFor } from './mail-messages.js'
import { nameInMail } from './mail-safe-name.js'

export interface PasswordLinkMail {
  readonly locale: Locale
  /** As the organization wrote it; reduced here. */
  readonly organizationName: string
  /** Asked for by the person, or needed because the organization's provider is gone. */
  readonly purpose: MailedLinkPurpose
  /** Absolute, from the configured public origin. */
  readonly link: string
  readonly now: Date
  readonly expiresAt: Date
}

/** The link by which the owner of an address sets a password (spec: pipeline 7; 4, "disable"). */
export function renderPasswordLinkMail(mail: PasswordLinkMail): RenderedMail {
  const { locale, link, now, expiresAt } = mail
  const messages = mailMessagesFor(locale)
  const t = messages[mail.purpose === 'set_password' ? 'setPassword' : 'passwordReset']
  const organization = nameInMail(mail.organizationName, messages.someOrganization)
  return renderLetter({
    locale,
    organization,
    subject: t.subject(organization),
    heading: t.heading,
    opening: [t.why(organization)],
    button: { label: t.button, link },
    plainLink: messages.plainLink,
    life: messages.life(formatTimeLeft(locale, now, expiresAt), formatDayAndClock(locale, expiresAt)),
    closing: [t.ignore],
  })
}
