import { AppError } from '../domain/errors.js'
import { invitationUsed } from '../domain/invitation.js'
import { joinsAs } from '../domain/policy.js'
import type { Attempt } from '../store/attempts.js'
import type { AuditEvent } from '../store/audit.js'
import type { Stores } from '../store/stores.js'
import { attemptAudit } from './attempt-audit.js'

/**
 * Membership of the user that an attempt signs in (spec: pipeline 3, "Commit: attach" 3 and 4): an invitation is accepted, a
 * request replaced, a new member restricted where every seat is taken. A member that there is keeps its role and flags; an
 * invitation whose link it followed is used up, and raises the role where its own is higher.
 * @returns what is to be audited
 * @throws AppError `not_a_member` where nothing admits the user
 */
export const joinOrganization = async (
  stores: Stores,
  attempt: Attempt,
  userId: string,
): Promise<AuditEvent[]> => {
  const { provider, invitationId } = attempt
  const organizationId = provider.organization.id
  const role = joinsAs(await stores.members.lockFacts(userId, provider.id, invitationId))
  if (role === null) throw new AppError('not_a_member')
  const restricted = await stores.members.ensure(userId, organizationId, role)
  if (role === 'unchanged') return takeInvitation(stores, attempt, userId)
  const invitation = await stores.members.acceptInvitation(userId, organizationId, invitationId)
  const added = attemptAudit(
    attempt,
    userId,
    'member.added',
    { kind: 'user', id: userId },
    { role, restricted },
  )
  if (invitation === null) return [added]
  return [added, attemptAudit(attempt, userId, 'member.accepted', { kind: 'invitation', id: invitation }, {})]
}

const takeInvitation = async (stores: Stores, attempt: Attempt, userId: string): Promise<AuditEvent[]> => {
  const { provider, invitationId } = attempt
  if (invitationId === null) return []
  const taken = await stores.members.takeInvitation(userId, provider.organization.id, invitationId)
  if (taken === null) return []
  const { event, target, data } = invitationUsed(invitationId, taken.raisedTo)
  return [attemptAudit(attempt, userId, event, target, data)]
}
