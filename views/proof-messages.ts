import type { Locale } from './locale.js'
import { deProofs } from './locales/de-proofs.js'
import { enProofs, type ProofMessages } from './locales/en-proofs.js'

const catalogues: Readonly<Record<Locale, ProofMessages>> = { en: enProofs, de: deProofs }

/** The words of the pages on which an account is proved, in one locale. */
export function proofMessagesFor(locale: Locale): ProofMessages {
  return catalogues[locale]
}
