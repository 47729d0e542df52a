import { AppError } from '../domain/errors.js'
import type { StaffAct, SupportDependencies } from './act.js'

/**
 * Erases a person (spec: pipeline 9): open sign-ins end, rows and sealed claims go, in one transaction with the row that tells of it.
 * Audit and histories keep opaque ids, which from then on name nobody.
 * @throws AppError `not_found`
 */
export const erasePerson = async (
  { database, keyring, pipelines }: SupportDependencies,
  { userId, actor, reason }: StaffAct & { readonly userId: string },
): Promise<void> => {
  const { mailRuns, cancelled } = await database.transaction(async (stores) => {
    if ((await stores.users.find(userId)) === null) throw new AppError('not_found')
    const staff = { kind: 'staff', id: actor } as const
    const mailRuns: string[] = []
    const cancelled: { readonly organizationId: string; readonly attemptId: string }[] = []
    for (const { id } of await stores.users.listEmails(userId))
      mailRuns.push(...(await stores.mail.workflowsOf(id)))
    for (const attemptId of await stores.people.openAttempts(userId)) {
      const attempt = await stores.attempts.lock(attemptId)
      if (attempt === null || !(await stores.attempts.end(attemptId, { result: 'cancelled' }))) continue
      cancelled.push({ organizationId: attempt.provider.organization.id, attemptId })
      await stores.audit.record({
        event: 'attempt.ended',
        actor: staff,
        organizationId: attempt.provider.organization.id,
        attemptId,
        data: { result: 'cancelled', reason: 'person_erased' },
      })
    }
    const addresses = await stores.people.provedAddresses(userId)
    await stores.people.erase(userId, {
      addresses,
      indexes: addresses.flatMap((address) => keyring.blindIndexes('address-index', address)),
    })
    await stores.audit.record({
      event: 'user.deleted',
      actor: staff,
      organizationId: null,
      attemptId: null,
      target: { kind: 'user', id: userId },
      data: { by: 'support', reason },
    })
    return { mailRuns, cancelled }
  })
  // What they hold is gone, whether or not they hear of it now: at their own next step they end as well.
  for (const run of cancelled) await pipelines.nudge(run, 'cancel').catch(() => false)
  for (const workflowId of mailRuns) await pipelines.nudgeMail(workflowId).catch(() => false)
}
