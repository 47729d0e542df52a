import { AppError } from '../domain/errors.js'
import type { StaffAct, SupportDependencies } from './act.js'

/**
 * Erases a person (spec: pipeline 9): open sign-ins end, rows and sealed claims go, in one transaction with the row that tells of it.
 * Audit and histories keep opaque ids, which from then on name nobody.
 * @throws AppError `not_found`
 */
export const erasePerson = ({ database, keyring }: SupportDependencies, act: StaffAct & { userId: string }) =>
  database.transaction(async (stores): Promise<void> => {
    const { userId, actor, reason } = act
    if ((await stores.users.find(userId)) === null) throw new AppError('not_found')
    const staff = { kind: 'staff', id: actor } as const
    for (const attemptId of await stores.people.openAttempts(userId)) {
      const attempt = await stores.attempts.lock(attemptId)
      if (attempt === null || !(await stores.attempts.end(attemptId, { result: 'cancelled' }))) continue
      await stores.audit.record({
        event: 'attempt.ended',
        actor: staff,
        organizationId: attempt.provider.organization.id,
        attemptId,
        data: { result: 'cancelled', reason: 'person_erased' },
      })
    }
    const addresses = await stores.people.provedAddresses(userId)
    await stores.people.erase(
      userId,
      addresses.flatMap((address) => keyring.blindIndexes('address-index', address)),
    )
    await stores.audit.record({
      event: 'user.deleted',
      actor: staff,
      organizationId: null,
      attemptId: null,
      target: { kind: 'user', id: userId },
      data: { by: 'support', reason },
    })
  })
