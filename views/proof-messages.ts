import { inLocale } from './locale.js'
import { deProofs } from './locales/de-proofs.js'
import { enProofs, type ProofMessages } from './locales/en-proofs.js'

/** The words of the pages on which an account is proved, in one locale. */
export const proofMessagesFor = inLocale<ProofMessages>({ en: enProofs, de: deProofs })
