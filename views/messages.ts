import type { Locale } from './locale.js'
import { de } from './locales/de.js'
import { en, type Messages } from './locales/en.js'

const catalogues: Readonly<Record<Locale, Messages>> = { en, de }

/** The catalogue of one locale: plain texts, and functions for sentences with values in them. */
export function messagesFor(locale: Locale): Messages {
  return catalogues[locale]
}
