import type { Locale } from '../locale.js'
import { deMails } from '../locales/de-mails.js'
import { enMails, type MailMessages } from '../locales/en-mails.js'

const catalogues: Readonly<Record<Locale, MailMessages>> = { en: enMails, de: deMails }

/** The words of the mails in one locale. */
export function mailMessagesFor(locale: Locale): MailMessages {
  return catalogues[locale]
}
