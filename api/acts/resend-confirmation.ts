import { randomBytes, randomUUID } from 'node:crypto'
import { AppError } from '../../domain/errors.js'
import type { ApiDependencies } from '../dependencies.js'
import type { AccountActor } from './change-account.js'
import { takeMailAllowance } from './take-mail-allowance.js'

/**
 * Mails the confirmation of an address once more, for the person who is signed in: the same link while that works, a fresh one after
 * (spec: pipeline 5, "resend limits"). Where somebody else holds the address as verified, that one is told instead; this one sees no
 * difference.
 * @throws AppError `not_found`, `already_confirmed`, `rate_limited` with the seconds after which it may be asked for again
 */
export const resendConfirmation = (
  { database }: ApiDependencies,
  { session, clientNetwork, locale }: AccountActor,
  emailId: string,
): Promise<void> =>
  database.transaction(async (stores) => {
    const email = await stores.users.lockEmail(emailId)
    if (email?.userId !== session.user.id) throw new AppError('not_found')
    if (email.verified) throw new AppError('already_confirmed', { nextPath: '/account' })
    await takeMailAllowance(stores, {
      userId: session.user.id,
      canonical: email.canonical,
      clientNetwork,
    })
    if (email.confirmation?.expired !== false)
      await stores.users.setConfirmationNonce(email.id, randomBytes(32))
    const mailId = await stores.mail.enqueue({
      kind: 'confirmation',
      userEmailId: email.id,
      organizationId: session.organization.id,
      attemptId: null,
      locale,
      dedupeKey: `confirmation/${email.id}/${randomUUID()}`,
    })
    await stores.audit.record({
      event: 'mail.asked_again',
      actor: { kind: 'user', id: session.user.id },
      organizationId: session.organization.id,
      attemptId: null,
      target: { kind: 'mail', id: mailId },
      clientNetwork,
      data: {},
    })
  })
