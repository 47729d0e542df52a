import { inLocale } from './locale.js'
import { de } from './locales/de.js'
import { en, type Messages } from './locales/en.js'

/** The catalogue of one locale: plain texts, and functions for sentences with values in them. */
export const messagesFor = inLocale<Messages>({ en, de })
