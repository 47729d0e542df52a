import type { Limit } from './limits.js'

const hour = 3600

/**
 * Mails that a browser asks for which nobody has signed in to. What it uses up is not the owner's own allowance
 * (spec: pipeline 5, "resend limits").
 */
export const anonymousMailLimits: readonly Limit[] = [
  { name: 'anonymous-mail-address', max: 3, seconds: hour },
  { name: 'anonymous-mail-address', max: 10, seconds: 24 * hour },
]

/** The owner of an address, who asks for its confirmation mail once more. */
export const resendLimits: readonly Limit[] = [
  { name: 'resend-address', max: 3, seconds: hour },
  { name: 'resend-address', max: 10, seconds: 24 * hour },
]

export const resendUserLimit: Limit = { name: 'resend-user', max: 10, seconds: 60 }

/** All mails that one client network asks for, signed in or not. */
export const mailNetworkLimit: Limit = { name: 'mail-network', max: 20, seconds: hour }
