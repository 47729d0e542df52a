/** Characters of a new password (NIST SP 800-63B-4, 3.1.1.2, gives 15 where nothing else is asked, 8 with a second factor). */
export const passwordMinimum = 12
export const passwordMaximum = 256

export type PasswordFault = 'too_short' | 'too_long' | 'too_easy'

/**
 * What is wrong with a new password; nothing else is demanded of it, no kinds of characters and no change after some time.
 * @param known addresses and name of the person, which are the first that somebody else would try
 */
export const passwordFault = (password: string, known: readonly string[]): PasswordFault | null => {
  const characters = Array.from(password.normalize('NFC'))
  if (characters.length < passwordMinimum) return 'too_short'
  if (characters.length > passwordMaximum) return 'too_long'
  const folded = password.toLowerCase()
  const isTheirs = known.some((text) => text !== '' && folded === text.toLowerCase())
  return isTheirs || new Set(characters).size < 5 ? 'too_easy' : null
}

/** Life of a link that sets a forgotten password (spec: pipeline 7). */
export const passwordResetMinutes = 10
