import type { Limit } from './limits.js'

const hour = 3600

/**
 * Mails to one address that browsers cause which nobody has signed in to, over all attempts and accounts: proofs, first confirmations
 * and their reminders. What they use up is not the owner's own allowance (spec: pipeline 5, "resend limits").
 */
export const anonymousMailLimits: readonly Limit[] = [
  { name: 'anonymous-mail-address', max: 3, seconds: hour },
  { name: 'anonymous-mail-address', max: 10, seconds: 24 * hour },
]

/** Of one account and address: who is signed in asks for its confirmation mail, or adds it. */
export const resendLimits: readonly Limit[] = [
  { name: 'resend-address', max: 3, seconds: hour },
  { name: 'resend-address', max: 10, seconds: 24 * hour },
]

/**
 * The same to one address over all accounts: more than one account may ask for, so that a single stranger cannot use up what the owner
 * may, and few enough that many strangers are no flood.
 */
export const resendLimitsOverAll: readonly Limit[] = [
  { name: 'resend-address-all', max: 6, seconds: hour },
  { name: 'resend-address-all', max: 20, seconds: 24 * hour },
]

export const resendUserLimit: Limit = { name: 'resend-user', max: 10, seconds: 60 }

/**
 * What one client network asks for again, and what codes it asks for, each counted by itself. First confirmations are not counted: an
 * office behind one address may sign in for the first time on one morning.
 */
export const resendNetworkLimit: Limit = { name: 'resend-network', max: 20, seconds: hour }
export const codeNetworkLimit: Limit = { name: 'code-network', max: 20, seconds: hour }
