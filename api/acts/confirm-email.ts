import { confirmationMessage, parseConfirmationToken } from '../../domain/confirmation-token.js'
import { AppError } from '../../domain/errors.js'
import type { OfferedInvitation } from '../../store/offered-invitations.js'
import type { Session } from '../../store/sessions.js'
import type { UserEmail } from '../../store/users.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'
import { dropCopies } from './drop-copies.js'
import { keptBySession, removeOtherMethods } from './remove-other-methods.js'
import type { RemovedMethods } from './remove-other-methods.js'
import { wakeRuns } from '../../support/wake-runs.js'

type FindEmail = Stores['users']['findEmail']

/**
 * The address that a link was drawn for; changes nothing and asks nobody who they are. The hash covers what the address is now:
 * a link whose address changed, or that was drawn before the newest one, is no link any more.
 * @throws AppError `link_invalid`
 */
export const readLink = async (
  { keyring }: Pick<ApiDependencies, 'keyring'>,
  findEmail: FindEmail,
  tokenText: string,
): Promise<UserEmail> => {
  const token = parseConfirmationToken(tokenText)
  const email = token === null ? null : await findEmail(token.emailId)
  if (token === null || email === null || email.confirmation === null) throw new AppError('link_invalid')
  const { confirmation, id: emailId, userId, canonical } = email
  const message = confirmationMessage({ ...confirmation, emailId, userId, canonical })
  if (!keyring.verify('email-confirmation', token.keyId, message, token.hash))
    throw new AppError('link_invalid')
  return email
}

/**
 * The same for its owner, while it may be confirmed. Only the owner learns more than that the link is ours.
 * @throws AppError `link_invalid`, `not_authenticated`, `wrong_user`, `already_confirmed`, `link_expired`, in this order
 */
export const readConfirmation = async (
  dependencies: Pick<ApiDependencies, 'keyring'>,
  findEmail: FindEmail,
  tokenText: string,
  session: Session | null,
): Promise<{ readonly email: UserEmail; readonly session: Session }> => {
  const email = await readLink(dependencies, findEmail, tokenText)
  if (session === null) throw new AppError('not_authenticated')
  if (session.user.id !== email.userId) throw new AppError('wrong_user')
  if (email.verified) throw new AppError('already_confirmed', { nextPath: '/account' })
  if (email.confirmation?.expired === true) throw new AppError('link_expired', { nextPath: '/account' })
  return { email, session }
}

/** A confirmed address, and what came of it. */
export interface Confirmed {
  readonly email: UserEmail
  /** What the account lost because it is its first confirmed address; null where it had one before. */
  readonly removed: RemovedMethods | null
  /** Invitations that the account may accept now. */
  readonly invitations: readonly OfferedInvitation[]
}

/**
 * Confirms an address: verified, its mails closed, unverified copies at other users dropped, and on a first one everything removed
 * that this session did not use, all in one transaction; then wakes the runs that wait. Confirming signs nobody in. However often it
 * is called at once, one call changes something.
 * @throws AppError as `readConfirmation`, and `email_taken` where another user confirmed the address before
 */
export const confirmEmail = async (
  dependencies: ApiDependencies,
  tokenText: string,
  session: Session | null,
  clientNetwork: string,
): Promise<Confirmed> => {
  const { database } = dependencies
  const { runs, ...confirmed } = await database
    .transaction(async (stores) => {
      // Before the address: whoever changes the account takes its locks in this order.
      if (session !== null) await stores.signInMethods.lock(session.user.id)
      const owned = await readConfirmation(
        dependencies,
        (id) => stores.users.lockEmail(id),
        tokenText,
        session,
      )
      return confirm(stores, owned, clientNetwork)
    })
    .catch((error: unknown) => {
      const code = database.refusalOf(error)
      throw code === null ? error : new AppError(code, { cause: error })
    })
  await wakeRuns(dependencies, runs)
  return confirmed
}

const confirm = async (
  stores: Stores,
  { email, session }: { readonly email: UserEmail; readonly session: Session },
  clientNetwork: string,
): Promise<Confirmed & { readonly runs: readonly string[] }> => {
  const common = {
    actor: { kind: 'user', id: email.userId },
    organizationId: session.organization.id,
    attemptId: session.attemptId,
    clientNetwork,
  } as const
  const emails = await stores.users.listEmails(email.userId)
  const isFirst = emails.every(({ verified }) => !verified)
  const runs: string[] = []
  for (const { id, verified } of emails) {
    if (id === email.id || (isFirst && !verified)) runs.push(...(await stores.mail.workflowsOf(id)))
  }
  await stores.users.markVerified(email.id)
  await stores.mail.closeForEmail(email.id, 'confirmed')
  // Notices go to the address that is known to reach the person.
  if (isFirst && !email.isPrimary) await stores.addresses.makePrimary(email.userId, email.id)
  const losers = await dropCopies(stores, email, common.organizationId)
  const cleared = isFirst
    ? await removeOtherMethods(stores, await keptBySession(stores, session, email.id), common)
    : null
  await stores.audit.record(
    {
      ...common,
      event: 'email.confirmed',
      target: { kind: 'user', id: email.userId },
      data: { email: email.id },
    },
    ...losers.map((loser) => ({
      ...common,
      event: 'email.dropped' as const,
      target: { kind: 'user' as const, id: loser },
      data: {},
    })),
    ...(cleared?.events ?? []),
  )
  return {
    email,
    removed: cleared?.removed ?? null,
    invitations: await stores.offeredInvitations.list(email.userId),
    runs,
  }
}
