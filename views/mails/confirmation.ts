import { formatDayAndClock, formatTimeLeft } from '../format.js'
import type { Locale } from '../locale.js'
import { shownText } from '../shown-text.js'
import { renderLetter } from './letter.js'
import type { RenderedMail } from './letter.js'
import { mailMessagesFor } from './mail-messages.js'
import { nameInMail } from './mail-safe-name.js'

export interface ConfirmationMail {
  readonly locale: Locale
  /** As the organization wrote it; reduced here. */
  readonly organizationName: string
  readonly address: string
  /** Absolute, from the configured public origin. */
  readonly link: string
  /** When the mail is sent, for the honest time left. */
  readonly now: Date
  readonly expiresAt: Date
  /** Adds a line of welcome. */
  readonly isNewUser: boolean
  readonly reminder: boolean
}

/** The mail that asks whether an address belongs to its account (spec: pipeline 5, mail "content"). */
export function renderConfirmationMail(mail: ConfirmationMail): RenderedMail {
  const { locale, link, now, expiresAt, isNewUser, reminder } = mail
  const { someOrganization, plainLink, life, confirmation: t } = mailMessagesFor(locale)
  const organization = nameInMail(mail.organizationName, someOrganization)
  const opening = [...(isNewUser ? [t.welcome(organization)] : []), ...(reminder ? [t.reminder] : [])]
  return renderLetter({
    locale,
    organization,
    subject: reminder ? t.reminderSubject(organization) : t.subject(organization),
    heading: t.heading,
    opening: [...opening, t.please],
    shown: shownText(mail.address),
    button: { label: t.button, link },
    plainLink,
    life: life(formatTimeLeft(locale, now, expiresAt), formatDayAndClock(locale, expiresAt)),
    closing: [t.ignore],
  })
}
