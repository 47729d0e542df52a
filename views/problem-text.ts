import type { ErrorCode, ProblemVariant } from '../domain/errors.js'
import type { Locale } from './locale.js'
import { deDeclined, deProblems, deVariants } from './locales/de-problems.js'
import { enDeclined, enProblems, enVariants, type ProblemText } from './locales/en-problems.js'

const texts: Readonly<Record<Locale, Readonly<Record<ErrorCode, ProblemText>>>> = {
  en: enProblems,
  de: deProblems,
}

const declinedTexts: Readonly<Record<Locale, ProblemText>> = { en: enDeclined, de: deDeclined }

const variantTexts: Readonly<Record<Locale, Readonly<Record<ProblemVariant, ProblemText>>>> = {
  en: enVariants,
  de: deVariants,
}

/** The words in the place of a code's own. */
export const variantText = (locale: Locale, about: ProblemVariant): ProblemText => variantTexts[locale][about]

/**
 * The words for an error code, the same on pages and in problem documents (RFC 9457: `title`, `detail`).
 * Every code has them in every locale; one that has not does not compile.
 * @param declined the provider said no (`Outcome.declined`): other words than where it failed
 */
export function problemText(locale: Locale, code: ErrorCode, declined = false): ProblemText {
  return declined ? declinedTexts[locale] : texts[locale][code]
}
