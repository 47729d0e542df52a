/** Crockford's base32: no letter that reads as a digit. */
export const recoveryCodeAlphabet = '0123456789abcdefghjkmnpqrstvwxyz'
/** Characters of a code: 120 bits, so that a plain hash of it needs no salt (ASVS 5.0, 6.5.2). */
export const recoveryCodeLength = 24

/**
 * A typed recovery code as it was made: case, white space and dashes do not count, and letters that read as digits are those.
 * @returns null where the text is none
 */
export const parseRecoveryCode = (text: string): string | null => {
  const code = text.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1')
  return /^[0-9a-hjkmnp-tv-z]{24}$/.test(code) ? code : null
}

/** As it is shown: in groups of four. */
export const formatRecoveryCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-')
