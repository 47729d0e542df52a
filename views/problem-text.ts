import type { ErrorCode } from '../domain/errors.js'
import type { Locale } from './locale.js'
import { deProblems } from './locales/de-problems.js'
import { enProblems, type ProblemText } from './locales/en-problems.js'

const texts: Readonly<Record<Locale, Readonly<Record<ErrorCode, ProblemText>>>> = {
  en: enProblems,
  de: deProblems,
}

/**
 * The words for an error code, the same on pages and in problem documents (RFC 9457: `title`, `detail`).
 * Every code has them in every locale; one that has not does not compile.
 */
export function problemText(locale: Locale, code: ErrorCode): ProblemText {
  return texts[locale][code]
}
