import { randomUUID } from 'node:crypto'
import { AppError } from '../../domain/errors.js'
import type { ApiDependencies } from '../dependencies.js'
import { changeAccount } from './change-account.js'
import type { AccountActor } from './change-account.js'

/**
 * Makes a confirmed address the primary one: the new one is proved before the switch, and the old one gets a notice
 * (spec: pipeline 5, "change of address"). Twice is once.
 * @throws AppError `not_found`, `bad_request` for an address that is not confirmed, and as `changeAccount`
 */
export const makeEmailPrimary = (
  dependencies: ApiDependencies,
  actor: AccountActor,
  emailId: string,
): Promise<void> =>
  changeAccount(dependencies, actor, async ({ stores, userId, note }) => {
    const emails = await stores.users.listEmails(userId)
    const email = emails.find(({ id }) => id === emailId)
    if (email === undefined) throw new AppError('not_found')
    if (email.isPrimary) return
    if (!(await stores.addresses.makePrimary(userId, emailId)))
      throw new AppError('bad_request', {
        errors: [{ field: 'primary', message: 'only a confirmed address can be the primary one' }],
      })
    const former = emails.find(({ isPrimary }) => isPrimary)
    if (former?.verified === true) {
      await stores.mail.enqueue({
        kind: 'address_changed_notice',
        userEmailId: former.id,
        organizationId: actor.session.organization.id,
        attemptId: null,
        locale: actor.locale,
        dedupeKey: `address_changed_notice/${randomUUID()}`,
      })
    }
    note('email.made_primary', { kind: 'user', id: userId }, { email: emailId })
  })
