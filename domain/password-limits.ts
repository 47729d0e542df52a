import type { Limit } from './limits.js'

/** Wrong passwords and codes for one account in a day; after that only a mailed link helps (spec: pipeline 3, "Proofs for merge"). */
export const accountTries: Limit = { name: 'password-account', max: 30, seconds: 24 * 3600 }

/** Wrong codes of the authenticator for one account in a day, wherever they are asked for: six digits are soon guessed. */
export const accountCodeTries: Limit = { name: 'second-factor-account', max: 30, seconds: 24 * 3600 }

/** Wrong ones from one network: they slow that network only. Counted once they are wrong. */
export const wrongFromNetwork: Limit = { name: 'password-network-wrong', max: 10, seconds: 60 }

/**
 * Tries of one network that are being compared or were wrong, counted before they are compared: however many are sent at once, no more
 * than these are made. Many more than the wrong ones, so that colleagues who come at the same moment do not hold each other up.
 */
export const networkTries: readonly Limit[] = [
  { name: 'password-network', max: 50, seconds: 60 },
  { name: 'password-network', max: 100, seconds: 3600 },
]

/** Mailed links that set a password, asked for by anybody. */
export const resetsPerAddress: readonly Limit[] = [
  { name: 'password-reset-address', max: 3, seconds: 3600 },
  { name: 'password-reset-address', max: 10, seconds: 24 * 3600 },
]
export const resetsPerNetwork: Limit = { name: 'password-reset-network', max: 20, seconds: 3600 }
