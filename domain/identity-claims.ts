import { parseEmailAddress } from './email-address.js'
import type { DomainToAscii, EmailAddress } from './email-address.js'

/** What a provider asserted about one person, reduced to what we use. */
export interface IdentityClaims {
  readonly issuer: string
  readonly subject: string
  readonly email: EmailAddress | null
  /** The provider's word for the address; worth something only in a trusted domain (`addressIsTrusted`). */
  readonly emailVerified: boolean
  /** Without control characters, at most 200 characters; empty where none was sent. */
  readonly name: string
  readonly locale: string | null
}

/** Claims of an ID token or of a userinfo answer, as they came. */
export type RawClaims = Readonly<Record<string, unknown>>

const subjectShape = /^[\x20-\x7e]{1,255}$/
/** How languages print a value that is not there. */
const absentPrinted = new Set([
  'undefined',
  'null',
  'NULL',
  '(null)',
  'None',
  'nil',
  '<nil>',
  'NaN',
  '[object Object]',
])

/**
 * Reads claims as the rules allow (spec: pipeline 3, "claims"): the subject is a JSON string of 1-255 printable ASCII
 * characters; the address and its verified flag come from the same object, the ID token or the whole userinfo answer;
 * `email_verified` counts only when it is boolean true, or the exact text "true" where staff flagged the provider so.
 * @returns null where the subject is unusable (`invalid_identity`)
 */
export const readIdentityClaims = (
  idToken: RawClaims,
  userinfo: RawClaims | null,
  domainToAscii: DomainToAscii,
  textTrueIsVerified = false,
): IdentityClaims | null => {
  const { iss, sub } = idToken
  if (typeof iss !== 'string' || !isSubject(sub)) return null
  const source = typeof idToken['email'] === 'string' || userinfo === null ? idToken : userinfo
  const email = typeof source['email'] === 'string' ? parseEmailAddress(source['email'], domainToAscii) : null
  return {
    issuer: iss,
    subject: sub,
    email,
    emailVerified: email !== null && isVerified(source['email_verified'], textTrueIsVerified),
    name: cleanName(idToken['name'] ?? userinfo?.['name']),
    locale: languageTag(idToken['locale'] ?? userinfo?.['locale']),
  }
}

const isVerified = (value: unknown, textTrueIsVerified: boolean): boolean =>
  value === true || (textTrueIsVerified && value === 'true')

/** The subject that the provider gave the same person under its former scheme, from the claim that staff named; null without one. */
export const readLegacySubject = (idToken: RawClaims, claim: string | null): string | null => {
  const value = claim === null ? null : idToken[claim]
  return isSubject(value) ? value : null
}

const isSubject = (value: unknown): value is string =>
  typeof value === 'string' && subjectShape.test(value) && value.trim() !== '' && !absentPrinted.has(value)

const invisible = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu
/**
 * A joiner or non-joiner that joins nothing. Persian, Indic scripts and emoji are written with them; between Latin, Greek or Cyrillic
 * letters they only make two names differ that look the same.
 */
const loneJoiner =
  /(?<![\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d]|[\u200c\u200d](?![\p{L}\p{M}\p{Extended_Pictographic}])|(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])[\u200c\u200d]/gu

/** A name as it may be stored and shown: control and invisible formatting characters removed, at most 200 characters. */
export const cleanName = (value: unknown): string => {
  if (typeof value !== 'string') return ''
  const visible = value.replace(invisible, '').replace(loneJoiner, '').trim()
  return Array.from(visible).slice(0, 200).join('').replace(loneJoiner, '').trimEnd()
}

/** As BCP 47 has them, and with the underscores that some providers send; at most 35 characters (RFC 5646 4.4.1). */
const languageTag = (value: unknown): string | null =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{1,35}$/.test(value) ? value : null
