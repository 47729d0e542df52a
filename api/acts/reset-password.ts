import { AppError } from '../../domain/errors.js'
import { mailedTokenMessage, parseMailedToken } from '../../domain/mailed-token.js'
import type { MailedLink } from '../../store/mailed-links.js'
import type { Stores } from '../../store/stores.js'
import type { UserEmail } from '../../store/users.js'
import type { ApiDependencies } from '../dependencies.js'
import { endedEvents } from './change-account.js'
import { dropCopies } from './drop-copies.js'
import { removeOtherMethods } from './remove-other-methods.js'
import { demandGoodPassword } from './set-password.js'
import { useSecondFactor } from './use-second-factor.js'
import { auditFailure, counted } from './verify-password.js'
import { wakeRuns } from '../../support/wake-runs.js'

/** A mailed link that sets a password, as it stands. */
export interface PasswordLink {
  readonly link: MailedLink
  readonly email: UserEmail
  /** The account asks for a code of its second factor besides. */
  readonly withCode: boolean
}

/**
 * Looks at a link; changes nothing. A token that is none, one of another kind, and one that is used or void get one answer.
 * @throws AppError `link_invalid`, `link_expired`
 */
export const readPasswordLink = async (
  { database, keyring }: Pick<ApiDependencies, 'database' | 'keyring'>,
  text: string,
): Promise<PasswordLink> => {
  const token = parseMailedToken(text)
  const link = token === null ? null : await database.mailedLinks.find(token.rowId)
  if (token === null || link === null || link.used || link.voided) throw new AppError('link_invalid')
  if (!keyring.verify('password-link', token.keyId, mailedTokenMessage(link.id, link.nonce), token.hash))
    throw new AppError('link_invalid')
  if (link.expired) throw new AppError('link_expired', { nextPath: '/password' })
  const email = await database.users.findEmail(link.userEmailId)
  if (email === null) throw new AppError('link_invalid')
  const { totp } = await database.signInMethods.list(link.userId)
  return { link, email, withCode: totp !== null }
}

export interface NewPassword {
  readonly token: string
  readonly password: string
  /** A code of the account's second factor, or a recovery code. */
  readonly otp: string | undefined
  readonly clientNetwork: string
}

/**
 * Sets the password by a mailed link, once: the address that it went to is verified, every session ends, and what else was mailed or
 * proved for the account is void. It signs nobody in. An account with a second factor waits for it before anything is written.
 * @returns slug of an organization to sign in to, if there is one
 * @throws AppError as `readPasswordLink`, `bad_request` with what is wrong with the password, `second_factor_required`,
 *   `proof_invalid`, `too_many_attempts`, `email_taken` where another account confirmed the address meanwhile
 */
export const resetPassword = async (
  dependencies: ApiDependencies,
  input: NewPassword,
): Promise<string | null> => {
  const { database, passwords } = dependencies
  const { link, email, withCode } = await readPasswordLink(dependencies, input.token)
  const user = await database.users.find(link.userId)
  if (user === null) throw new AppError('link_invalid')
  await demandGoodPassword(dependencies, user, input.password)
  if (withCode) await demandCode(dependencies, link.userId, input)
  const hash = await passwords.hash(input.password)
  const organization = await database.users.organizationOfEmail(email.id)
  const organizationId =
    organization === null ? null : ((await database.organizations.find(organization))?.id ?? null)
  const runs = await database
    .transaction((stores) =>
      carryOut(stores, { link, hash, withCode, organizationId, clientNetwork: input.clientNetwork }),
    )
    .catch((error: unknown) => {
      const code = database.refusalOf(error)
      throw code === null ? error : new AppError(code, { cause: error })
    })
  await wakeRuns(dependencies, runs)
  return organization
}

const demandCode = async (
  dependencies: ApiDependencies,
  userId: string,
  { otp, clientNetwork }: NewPassword,
): Promise<void> => {
  if (otp === undefined || otp === '') throw new AppError('second_factor_required')
  await counted(dependencies, userId, clientNetwork, async () => {
    if (await useSecondFactor(dependencies, dependencies.database, userId, otp)) return
    await auditFailure(dependencies, userId, { clientNetwork }, 'second_factor')
    throw new AppError('proof_invalid')
  })
}

interface Reset {
  readonly link: MailedLink
  readonly hash: string
  readonly withCode: boolean
  readonly organizationId: string | null
  readonly clientNetwork: string
}

const carryOut = async (
  stores: Stores,
  { link, hash, withCode, organizationId, clientNetwork }: Reset,
): Promise<string[]> => {
  const { userId } = link
  await stores.signInMethods.lock(userId)
  if (!(await stores.mailedLinks.use(link.id))) throw new AppError('link_invalid')
  const email = await stores.users.lockEmail(link.userEmailId)
  if (email === null) throw new AppError('link_invalid')
  const common = {
    actor: { kind: 'user', id: userId },
    organizationId,
    attemptId: null,
    clientNetwork,
  } as const
  const emails = await stores.users.listEmails(userId)
  const isFirst = emails.every(({ verified }) => !verified)

  await stores.passwords.set(userId, hash)
  const runs: string[] = []
  if (!email.verified) {
    for (const { id, verified } of emails) if (!verified) runs.push(...(await stores.mail.workflowsOf(id)))
    await stores.users.markVerified(email.id)
    await stores.mail.closeForEmail(email.id, 'confirmed')
    const losers = await dropCopies(stores, email, organizationId)
    await stores.audit.record(
      {
        ...common,
        event: 'email.confirmed',
        target: { kind: 'user', id: userId },
        data: { email: email.id },
      },
      ...losers.map((id) => ({
        ...common,
        event: 'email.dropped' as const,
        target: { kind: 'user' as const, id },
        data: {},
      })),
    )
  }
  if (isFirst) {
    const kept = {
      userId,
      emailId: email.id,
      sessionId: null,
      identityId: null,
      password: true,
      totp: withCode,
    }
    const { events } = await removeOtherMethods(stores, kept, common)
    if (events.length > 0) await stores.audit.record(...events)
  }
  await stores.audit.record(...endedEvents(await stores.userSessions.end(userId, 'all'), common), {
    ...common,
    event: 'password.set',
    target: { kind: 'user', id: userId },
    data: { by: link.purpose },
  })
  if (organizationId !== null)
    await stores.mail.notify({
      kind: 'password_changed_notice',
      userId,
      organizationId,
      attemptId: null,
      dedupeKey: `password_changed_notice/${link.id}`,
    })
  return runs
}
