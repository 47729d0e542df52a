import { AppError } from '../domain/errors.js'
import type { AuditEvent } from '../store/audit.js'
import type { Stores } from '../store/stores.js'
import type { StaffAct, SupportDependencies } from './act.js'
import { wakeRuns } from './wake-runs.js'

export interface ErasePerson extends StaffAct {
  readonly userId: string
  /** Whoever asks knows that organizations lose their only owner, and members stay behind. */
  readonly leavesNoOwner?: boolean
}

/**
 * Erases a person (spec: pipeline 9): open sign-ins end, rows and sealed claims go, in one transaction with the row that tells of it.
 * Audit and histories keep opaque ids, which from then on name nobody.
 * @throws AppError `not_found`, also to whoever comes second; `refused` where an organization would be left without an owner
 */
export const erasePerson = async (
  { database, keyring, ...told }: SupportDependencies,
  { userId, actor, reason, leavesNoOwner = false }: ErasePerson,
): Promise<void> => {
  const staff = { kind: 'staff', id: actor } as const
  const mailRuns = await database.transaction(async (stores) => {
    if ((await stores.signInMethods.lock(userId)) === null) throw new AppError('not_found')
    const organizations = await stores.accounts.lockOtherOwners(userId)
    if (organizations.length > 0 && !leavesNoOwner)
      throw new AppError('refused', { refusal: 'only_owner', members: { organizations } })
    const destroyed = await destroyPerson(stores, keyring, { userId, actor: staff })
    await stores.audit.record({
      event: 'user.deleted',
      actor: staff,
      organizationId: null,
      attemptId: null,
      target: { kind: 'user', id: userId },
      data: { by: 'support', reason },
    })
    return destroyed
  })
  await wakeRuns(told, mailRuns)
}

/**
 * Destroys a person whose row the transaction holds, and notes each sign-in that ends with it.
 * @returns the runs that hold mails to the person
 */
export const destroyPerson = async (
  stores: Stores,
  keyring: SupportDependencies['keyring'],
  { userId, actor }: { readonly userId: string; readonly actor: AuditEvent['actor'] },
): Promise<readonly string[]> => {
  const mailRuns: string[] = []
  for (const { id } of await stores.users.listEmails(userId))
    mailRuns.push(...(await stores.mail.workflowsOf(id)))
  const addresses = await stores.people.provedAddresses(userId)
  const ended = await stores.people.erase(userId, {
    addresses,
    indexes: addresses.flatMap((address) => keyring.blindIndexes('address-index', address)),
  })
  const events = ended.map(({ id, organizationId }) => ({
    event: 'attempt.ended' as const,
    actor,
    organizationId,
    attemptId: id,
    target: { kind: 'attempt' as const, id },
    data: { result: 'cancelled' as const, reason: 'person_erased' },
  }))
  if (events.length > 0) await stores.audit.record(...events)
  return mailRuns
}
