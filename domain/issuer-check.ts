import type { Limit } from './limits.js'

/** Each look at an issuer calls an address that the organization chose; to connect one with mistakes takes a few. */
export const issuerChecksPerOrganization: Limit = { name: 'issuer-checks', max: 30, seconds: 600 }
