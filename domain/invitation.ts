import type { Limit } from './limits.js'
import type { Role } from './policy.js'

/** Whoever is invited is a stranger who did not ask for mail. */
export const invitationsPerAddress: Limit = { name: 'invitation', max: 5, seconds: 86_400 }

/** A mailing of one organization to the world is no invitation. */
export const invitationsPerOrganization: Limit = { name: 'invitations', max: 100, seconds: 3600 }

/**
 * What the audit says of an invitation that a member used up, in a sign-in of whatever kind.
 * @param raisedTo the role that the member got by it; null where it had that, or a higher one
 */
export const invitationUsed = (invitationId: string, raisedTo: Role | null) =>
  ({
    event: 'member.accepted',
    target: { kind: 'invitation', id: invitationId },
    data: raisedTo === null ? {} : { role: raisedTo },
  }) as const
