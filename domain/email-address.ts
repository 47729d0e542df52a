/** An address that was parsed: `address` is where mail goes, `canonical` is what is compared (spec: pipeline 2.5). */
export interface EmailAddress {
  readonly address: string
  readonly canonical: string
  /** Canonical domain in A-label form, lower case. */
  readonly domain: string
}

/** UTS-46 processing of a domain to A-labels; the empty string where it is not a domain. `url.domainToASCII` is one. */
export type DomainToAscii = (domain: string) => string

const localPart = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-\u0080-\u{10ffff}]{1,64}$/u
const asciiDomain = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/

/**
 * Parses one addr-spec. Nothing is repaired: white space, lists, display names, quoted local parts, control characters and
 * input that Unicode normalisation (NFC for the local part, UTS-46 for the domain) would change are refused.
 * Only ASCII case and the A-label/U-label form of the domain are folded, so no two mailboxes meet (spec: pipeline 2.5; RFC 5321 2.4).
 * @returns null where the text is not one address
 */
export const parseEmailAddress = (text: string, domainToAscii: DomainToAscii): EmailAddress | null => {
  if (text.length > 254) return null
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  const domain = text.slice(at + 1)
  if (at < 1 || local.includes('@') || !localPart.test(local)) return null
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return null
  if (/[\p{C}\p{Z}]/u.test(local)) return null
  // In either case: a mark behind a letter may have a composed form with the one, and none with the other.
  if (!isNormal(foldAscii(local)) || !isNormal(local.replace(/[a-z]/g, (letter) => letter.toUpperCase())))
    return null
  const ascii = unmappedDomain(domain, domainToAscii)
  if (ascii === null) return null
  return { address: text, canonical: `${foldAscii(local)}@${ascii}`, domain: ascii }
}

const isNormal = (text: string): boolean => text === text.normalize('NFC') && text === text.normalize('NFKC')

/** What labels may hold. Of what else it is handed a URL parser drops some (line breaks) and maps some (U+3002, to a dot). */
const labels = /^[\p{L}\p{M}\p{N}.-]+$/u
/** UTS-46 maps or drops these; but for two letters that it keeps, because they tell domains apart (IDNA2008). */
const isMapped = (text: string): boolean =>
  /\p{Changes_When_NFKC_Casefolded}/u.test(text.replace(/[ßς]/g, ''))

/** A domain as A-labels in lower case, or null where it is none or where UTS-46 would map it to another one. */
const unmappedDomain = (domain: string, domainToAscii: DomainToAscii): string | null => {
  const folded = foldAscii(domain)
  if (!labels.test(folded) || isMapped(folded) || folded !== folded.normalize('NFC')) return null
  const ascii = domainToAscii(folded)
  return asciiDomain.test(ascii) ? ascii : null
}

const foldAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
