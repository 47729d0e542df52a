import type { Locale } from './locale.js'
import { deAccount } from './locales/de-account.js'
import { enAccount, type AccountMessages } from './locales/en-account.js'

const catalogues: Readonly<Record<Locale, AccountMessages>> = { en: enAccount, de: deAccount }

/** The words of the account pages in one locale. */
export function accountMessagesFor(locale: Locale): AccountMessages {
  return catalogues[locale]
}
