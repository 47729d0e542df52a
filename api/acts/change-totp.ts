import { AppError } from '../../domain/errors.js'
import { formatRecoveryCode } from '../../domain/recovery-code.js'
import type { ApiDependencies } from '../dependencies.js'
import type { Session } from '../../store/sessions.js'
import type { Stores } from '../../store/stores.js'
import { changeAccount } from './change-account.js'
import type { AccountActor } from './change-account.js'
import { counted } from './verify-password.js'

/** What an authenticator app takes the secret from; shown until a first code confirms it. */
export interface TotpEnrolment {
  /** Base32. */
  readonly secret: string
  /** `otpauth:` */
  readonly uri: string
}

/**
 * Draws the secret of a second factor. It asks nothing of anybody until a first code confirms it.
 * @throws AppError `already_confirmed` where the account has a second factor, and as `changeAccount`
 */
export const beginTotp = (dependencies: ApiDependencies, actor: AccountActor): Promise<TotpEnrolment> => {
  const { keyring, totp } = dependencies
  return changeAccount(dependencies, actor, async ({ stores, userId }) => {
    const secret = totp.newSecret()
    if (!(await stores.totp.begin(userId, keyring.seal('totp', userId, secret))))
      throw new AppError('already_confirmed', { nextPath: '/account/sign-in' })
    return describe(dependencies, stores, actor.session, secret)
  })
}

/** The secret that waits for its first code; null where none does. */
export const pendingTotp = async (
  dependencies: ApiDependencies,
  session: Session,
): Promise<TotpEnrolment | null> => {
  const { database, keyring } = dependencies
  const { id: userId } = session.user
  const found = await database.totp.find(userId)
  if (found === null || found.confirmed) return null
  return describe(dependencies, database, session, keyring.open('totp', userId, found.secret))
}

const describe = async (
  { serviceName, totp }: Pick<ApiDependencies, 'serviceName' | 'totp'>,
  stores: Pick<Stores, 'users'>,
  session: Session,
  secret: string,
): Promise<TotpEnrolment> => {
  const emails = await stores.users.listEmails(session.user.id)
  const account = emails[0]?.address ?? session.user.name
  return { secret, uri: totp.uri(secret, serviceName, account === '' ? session.user.id : account) }
}

/**
 * Switches the second factor on by a first code of it.
 * @returns the recovery codes, which are shown this once
 * @throws AppError `proof_invalid`, `too_many_attempts`, `not_found` where no secret waits, and as `changeAccount`
 */
export const confirmTotp = async (
  dependencies: ApiDependencies,
  actor: AccountActor,
  code: string,
): Promise<readonly string[]> => {
  const { keyring, totp } = dependencies
  const { id: userId } = actor.session.user
  return counted(dependencies, userId, actor.clientNetwork, () =>
    changeAccount(dependencies, actor, async ({ stores, note, tell }) => {
      const found = await stores.totp.find(userId)
      if (found === null || found.confirmed) throw new AppError('not_found', { nextPath: '/account/sign-in' })
      const step = await totp.stepOf(keyring.open('totp', userId, found.secret), code, found.now)
      if (step === null || !(await stores.totp.confirm(userId, step))) throw new AppError('proof_invalid')
      await tell('sign_in_method_notice', { change: 'totp_enabled' })
      note('totp.enabled', { kind: 'user', id: userId }, {})
      return renew(dependencies, stores, userId)
    }),
  )
}

/**
 * Puts ten fresh recovery codes in the place of all former ones.
 * @throws AppError `not_found` where the account has no second factor, and as `changeAccount`
 */
export const renewRecoveryCodes = (
  dependencies: ApiDependencies,
  actor: AccountActor,
): Promise<readonly string[]> =>
  changeAccount(dependencies, actor, async ({ stores, userId, methods, note, tell }) => {
    if (methods.totp === null) throw new AppError('not_found', { nextPath: '/account/sign-in' })
    await tell('sign_in_method_notice', { change: 'recovery_codes_renewed' })
    note('totp.codes_renewed', { kind: 'user', id: userId }, {})
    return renew(dependencies, stores, userId)
  })

/**
 * Switches the second factor off; its recovery codes go with it.
 * @throws AppError `not_found` where there is none, and as `changeAccount`
 */
export const disableTotp = (dependencies: ApiDependencies, actor: AccountActor): Promise<void> =>
  changeAccount(dependencies, actor, async ({ stores, userId, note, tell }) => {
    if (!(await stores.totp.remove(userId))) throw new AppError('not_found')
    await tell('sign_in_method_notice', { change: 'totp_disabled' })
    note('totp.disabled', { kind: 'user', id: userId }, {})
  })

const renew = async (
  { keyring, totp }: Pick<ApiDependencies, 'keyring' | 'totp'>,
  stores: Stores,
  userId: string,
): Promise<readonly string[]> => {
  const codes = totp.newRecoveryCodes()
  await stores.totp.replaceRecoveryCodes(
    userId,
    codes.map((code) => keyring.hashToken(code)),
  )
  return codes.map(formatRecoveryCode)
}
