import { reminderPauseHours } from '../../domain/bulk-mail.js'
import { AppError } from '../../domain/errors.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'
import { visitEvent } from './visit-event.js'
import { wakeBulkMail } from './wake-bulk-mail.js'
import type { Visit } from './visit-organization.js'

/** Seconds until the members of a provider may be asked again to link their account; 0 where they may now. */
export const remindIn = async (
  { bulkMails }: Pick<Stores, 'bulkMails'>,
  providerId: string,
): Promise<number> => {
  const since = await bulkMails.secondsSinceNewest(providerId, 'link_your_account')
  return since === null ? 0 : Math.max(0, Math.ceil(reminderPauseHours * 3600 - since))
}

/**
 * Asks every member without an identity at the provider to link the account, once a day at most.
 * @returns how many get a mail
 * @throws AppError `provider_unknown`, `rate_limited`
 */
export const remindMembers = async (
  dependencies: ApiDependencies,
  visit: Visit,
  name: string,
): Promise<number> => {
  const { database } = dependencies
  const { organization } = visit
  const count = await database.transaction(async (stores) => {
    // Two clicks at once are one: the second waits here, and then comes too early.
    const provider = await stores.providers.lock(organization.id, name)
    if (provider?.status !== 'enabled') throw new AppError('provider_unknown')
    const wait = await remindIn(stores, provider.id)
    if (wait > 0) throw new AppError('rate_limited', { retryAfter: wait })
    const told = await stores.bulkMails.beginForUnlinked(organization.id, provider.id)
    const target = { kind: 'provider', id: provider.id } as const
    await stores.audit.record(visitEvent(visit, 'member.reminded', target, { members_told: told }))
    return told
  })
  if (count > 0) await wakeBulkMail(dependencies, organization.id)
  return count
}
