import { isUuid } from '../domain/uuid.js'
import type { UserStatus } from '../domain/policy.js'
import { endedWithSession } from '../domain/audit-events.js'
import type { AuditEvent } from '../store/audit.js'
import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'
import { statedAct } from './stated-act.js'

export interface StatusOptions {
  readonly reason: string
  readonly actor: string
  /** Whoever asks knows that organizations lose their only owner, and members stay behind. */
  readonly leavesNoOwner?: boolean
}

/**
 * Makes a person active, suspended or inactive. Both of the latter end the person's sessions and what was begun in them; an inactive
 * person's identities are removed besides, so that each of them is unknown from then on (spec: pipeline 3, "owner inactive").
 * @throws CommandError where there is no such person, where an organization would be left without an owner, and as `statedAct`
 */
export const setPersonStatus = async (
  { database, print }: Pick<CliDependencies, 'database' | 'print'>,
  userId: string,
  status: UserStatus,
  options: StatusOptions,
): Promise<void> => {
  const { reason, actor } = statedAct(options)
  if (!isUuid(userId)) throw new CommandError(`There is no person ${userId}: the id of a user is needed.`)
  await database.transaction(async (stores) => {
    const user = await stores.users.lock(userId)
    if (user === null) throw new CommandError(`There is no person ${userId}.`)
    const left = status === 'active' ? [] : await stores.accounts.lockOtherOwners(userId)
    if (left.length > 0 && user.status === 'active' && options.leavesNoOwner !== true)
      throw new CommandError(
        `No other owner could sign in to ${left.join(', ')}. Have one invited first, or say --leaves-no-owner.`,
      )
    const common = { actor: { kind: 'staff', id: actor }, organizationId: null, attemptId: null } as const
    const target = { kind: 'user', id: userId } as const
    const events: AuditEvent[] = [{ ...common, event: 'staff.acted', target, data: { status, reason } }]
    await stores.users.setStatus(userId, status)
    if (status !== 'active') {
      const ended = await stores.userSessions.end(userId, 'all')
      for (const { id, organizationId } of ended.sessions)
        events.push({
          ...common,
          organizationId,
          event: 'session.ended',
          target: { kind: 'session', id },
          data: {},
        })
      for (const { id, organizationId } of ended.attempts) {
        const ended = {
          event: 'attempt.ended',
          target: { kind: 'attempt', id },
          data: endedWithSession,
        } as const
        events.push({ ...common, organizationId, attemptId: id, ...ended })
      }
    }
    if (status === 'inactive') {
      const { identities } = await stores.signInMethods.list(userId)
      for (const { id, organization, provider } of identities) {
        await stores.identities.remove(id)
        const data = { identity: id, provider: provider.id, reason: 'owner_inactive' } as const
        events.push({ ...common, organizationId: organization.id, event: 'identity.unlinked', target, data })
      }
    }
    await stores.audit.record(...events)
  })
  print(`Person ${userId} is ${status}.`)
}
