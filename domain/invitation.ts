import type { Limit } from './limits.js'

/** Whoever is invited is a stranger who did not ask for mail. */
export const invitationsPerAddress: Limit = { name: 'invitation', max: 5, seconds: 86_400 }

/** A mailing of one organization to the world is no invitation. */
export const invitationsPerOrganization: Limit = { name: 'invitations', max: 100, seconds: 3600 }
