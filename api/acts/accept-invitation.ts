import { AppError } from '../../domain/errors.js'
import type { AcceptedInvitation } from '../../store/offered-invitations.js'
import type { ApiDependencies } from '../dependencies.js'
import type { AccountActor } from './change-account.js'

/**
 * Accepts an open invitation that a confirmed address of the account answers: it joins, or a member gets the role. The present session goes on to reach what it reached.
 * @throws AppError `not_found` for one that is not offered to this account
 */
export const acceptInvitation = (
  { database }: Pick<ApiDependencies, 'database'>,
  { session, clientNetwork }: AccountActor,
  invitationId: string,
): Promise<AcceptedInvitation> =>
  database.transaction(async (stores) => {
    // Two invitations at once: the second one sees what became of the first.
    await stores.signInMethods.lock(session.user.id)
    const accepted = await stores.offeredInvitations.accept(session.user.id, invitationId)
    if (accepted === null) throw new AppError('not_found')
    const { organization, role, restricted, joined } = accepted
    const common = {
      actor: { kind: 'user', id: session.user.id },
      organizationId: organization.id,
      attemptId: null,
      clientNetwork,
    } as const
    if (joined)
      await stores.audit.record({
        ...common,
        event: 'member.added',
        target: { kind: 'user', id: session.user.id },
        data: { role, restricted },
      })
    await stores.audit.record({
      ...common,
      event: 'member.accepted',
      target: { kind: 'invitation', id: invitationId },
      data: { role },
    })
    return accepted
  })
