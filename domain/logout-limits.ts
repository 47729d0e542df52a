import type { Limit } from './limits.js'

/** Back-channel logout tokens from one network that were none: anybody may post there, and each is compared with a provider's keys. */
export const badLogoutTokens: Limit = { name: 'logout-tokens', max: 60, seconds: 60 }
