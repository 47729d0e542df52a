import { formatDayAndClock, formatTimeLeft } from '../format.js'
import type { Locale } from '../locale.js'
import { renderLetter } from './letter.js'
import type { RenderedMail } from './letter.js'
import { mailMessagesFor } from './mail-messages.js'
import { nameInMail } from './mail-safe-name.js'

export interface EmailProofMail {
  readonly locale: Locale
  /** Organization and provider as they wrote themselves; reduced here. */
  readonly organizationName: string
  readonly providerName: string
  /** Masked. */
  readonly identity: string
  /** Six digits. */
  readonly code: string
  /** Both absolute, from the configured public origin. */
  readonly link: string
  readonly notMeLink: string
  readonly now: Date
  readonly expiresAt: Date
}

/** Code and link by which the browser of an attempt shows that it reads this mailbox (spec: pipeline 3, "Proofs for merge"). */
export function renderEmailProofMail(mail: EmailProofMail): RenderedMail {
  const { locale, code, link, now, expiresAt } = mail
  const { someOrganization, someProvider, plainLink, life, emailProof: t } = mailMessagesFor(locale)
  const organization = nameInMail(mail.organizationName, someOrganization)
  return renderLetter({
    locale,
    organization,
    subject: t.subject(organization),
    heading: t.heading,
    opening: [t.why(organization, nameInMail(mail.providerName, someProvider), mail.identity), t.type],
    code,
    button: { label: t.button, link },
    plainLink,
    life: life(formatTimeLeft(locale, now, expiresAt), formatDayAndClock(locale, expiresAt)),
    closing: [t.keep],
    otherwise: { label: t.notMe, link: mail.notMeLink },
  })
}
