import { mailedTokenMessage } from './mailed-token.js'
import type { Mac } from './mailed-token.js'

/** Minutes that a mailed code lives (spec: pipeline 3, "Proofs for merge"). */
export const challengeMinutes = 10
/** Wrong codes after which it is dead. */
export const challengeTries = 5
/** Seconds in which asking again repeats the code that is out; after them a new one voids it. */
export const challengeRepeatSeconds = 60

/** Code and link are made with one key: what is hashed for one is never hashed for the other. */
export const challengeLinkMessage = (message: string): string => `link,${message}`

/** The six digits of a challenge, derived: a retry of the mail repeats them, and the database does not hold them. */
export const challengeCode = (challenge: { id: string; nonce: Uint8Array }, mac: Mac): string => {
  const hash = mac(`code,${mailedTokenMessage(challenge.id, challenge.nonce)}`)
  // 48 bits of the hash, of which the remainder favours no code by more than one in 10^8.
  const number = Array.from(hash.slice(0, 8)).reduce((sum, sign) => sum * 64 + base64url.indexOf(sign), 0)
  return String(number % 1_000_000).padStart(6, '0')
}

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A typed code without the spaces that mails and people put into it; null where it is none. */
export const parseChallengeCode = (text: string): string | null => {
  const code = text.replace(/[\s-]/g, '')
  return /^\d{6}$/.test(code) ? code : null
}
