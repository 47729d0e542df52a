import { randomBytes } from 'node:crypto'
import { domainToASCII } from 'node:url'
import { parseEmailAddress } from '../../domain/email-address.js'
import { AppError } from '../../domain/errors.js'
import type { UserEmail } from '../../store/users.js'
import type { ApiDependencies } from '../dependencies.js'
import { changeAccount } from './change-account.js'
import type { AccountActor } from './change-account.js'
import { takeMailAllowance } from './take-mail-allowance.js'

/**
 * Adds an unverified address to the account and queues the mail that confirms it. Nothing depends on the address before that. Where
 * another account holds it, its owner is told instead, and who adds it learns nothing of that.
 * @throws AppError `email_invalid`, `already_confirmed` or `email_taken` where this account has it already, and as `takeMailAllowance` and `changeAccount`
 */
export const addEmail = (
  dependencies: ApiDependencies,
  actor: AccountActor,
  text: string,
): Promise<UserEmail> => {
  const parsed = parseEmailAddress(text, domainToASCII)
  if (parsed === null)
    throw new AppError('email_invalid', {
      errors: [{ field: 'email', message: 'must be one e-mail address' }],
    })
  return changeAccount(dependencies, actor, async ({ stores, userId, note, tell }) => {
    const own = (await stores.users.listEmails(userId)).find(
      ({ canonical }) => canonical === parsed.canonical,
    )
    if (own?.verified === true) throw new AppError('already_confirmed', { nextPath: '/account' })
    const { id } = await stores.addresses.add(userId, parsed)
    await takeMailAllowance(stores, {
      userId,
      canonical: parsed.canonical,
      clientNetwork: actor.clientNetwork,
    })
    await stores.users.setConfirmationNonce(id, randomBytes(32))
    await stores.mail.enqueue({
      kind: 'confirmation',
      userEmailId: id,
      organizationId: actor.session.organization.id,
      attemptId: null,
      locale: actor.locale,
      dedupeKey: `confirmation/${id}`,
    })
    await tell('sign_in_method_notice', { change: 'address_added' })
    note('email.added', { kind: 'user', id: userId }, { email: id })
    const email = await stores.users.findEmail(id)
    if (email === null) throw new Error('the address that was just added is gone')
    return email
  })
}
