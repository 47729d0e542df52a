import { domainToASCII } from 'node:url'
import { parseEmailAddress } from '../../domain/email-address.js'
import { AppError } from '../../domain/errors.js'
import { accountTries, networkTries, wrongFromNetwork } from '../../domain/password-limits.js'
import type { Allowance } from '../../store/rate-limits.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'
import { useSecondFactor } from './use-second-factor.js'

type Dependencies = Pick<ApiDependencies, 'database' | 'keyring' | 'passwords' | 'totp'>

export interface Shown {
  readonly password: string
  /** A code of the authenticator, or a recovery code. */
  readonly otp: string | undefined
  readonly clientNetwork: string
  /** Inside an attempt: its own list of events tells of wrong tries too. */
  readonly attempt?: { readonly id: string; readonly organizationId: string }
}

/** Whom a password and a second factor proved, and by what. */
export interface Verified {
  readonly userId: string
  /** Of its sign-in methods when they were compared: another one now, and what was shown proves nothing. */
  readonly methodsVersion: number
  readonly methods: readonly ('password' | 'totp')[]
  /** The account asks for a code besides, and none was shown: until then this proves nothing. */
  readonly awaitsCode: boolean
}

/** @throws AppError `second_factor_required` */
export const demandWhole = (verified: Verified): Verified => {
  if (verified.awaitsCode) throw new AppError('second_factor_required')
  return verified
}

/**
 * Holds an account as it was when something was shown for it, until the transaction ends: a change of its methods that came in between
 * ends what rests on the former ones, and so this as well.
 * @throws AppError `proof_invalid`, `user_suspended`
 */
export const holdVerified = async (
  stores: Pick<Stores, 'users'>,
  { userId, methodsVersion }: Pick<Verified, 'userId' | 'methodsVersion'>,
): Promise<void> => {
  const user = await stores.users.lock(userId)
  if (user === null || user.methodsVersion !== methodsVersion || user.status === 'inactive')
    throw new AppError('proof_invalid')
  if (user.status !== 'active') throw new AppError('user_suspended')
}

/**
 * Compares a password, and the second factor of an account that has one, with those of the account that an address leads to. An
 * account that does not exist costs and answers the same. Wrong tries count for the account, by whichever of its addresses, and for
 * the network, right ones for neither.
 * @throws AppError `email_invalid` for what nobody's address can be, `proof_invalid`, `user_suspended`, `too_many_attempts` with seconds
 */
export const verifyPassword = async (
  dependencies: Dependencies,
  address: string,
  shown: Shown,
): Promise<Verified> => {
  const canonical = parseEmailAddress(address, domainToASCII)?.canonical
  if (canonical === undefined) throw notAnAddress()
  const account = await dependencies.database.passwords.findByAddress(canonical)
  return counted(dependencies, account?.userId ?? canonical, shown.clientNetwork, () =>
    verify(dependencies, account, shown),
  )
}

const notAnAddress = (): AppError =>
  new AppError('email_invalid', { errors: [{ field: 'email', message: 'must be one e-mail address' }] })

/** The same for an account that is known already, because it is signed in. */
export const verifyOwnPassword = (
  dependencies: Dependencies,
  userId: string,
  shown: Shown,
): Promise<Verified> =>
  counted(dependencies, userId, shown.clientNetwork, async () => {
    const { passwords, signInMethods } = dependencies.database
    // In this order: a second factor that comes between the two counts another version.
    const known = await passwords.find(userId)
    const { totp } = await signInMethods.list(userId)
    const account = known === null ? null : { ...known, userId, hasTotp: totp !== null }
    return verify(dependencies, account, shown)
  })

/** Counts a try before it is made, so that many at once are counted, and takes the count back where it was right. */
export const counted = async <T>(
  { database }: Pick<ApiDependencies, 'database'>,
  account: string,
  clientNetwork: string,
  attempt: () => Promise<T>,
): Promise<T> => {
  const allowances: Allowance[] = [
    { limit: accountTries, of: account },
    ...networkTries.map((limit) => ({ limit, of: clientNetwork })),
  ]
  const wrong: Allowance = { limit: wrongFromNetwork, of: clientNetwork }
  const seconds = (await database.rateLimits.wait(wrong)) || (await database.rateLimits.take(...allowances))
  if (seconds > 0) throw new AppError('too_many_attempts', { retryAfter: seconds })
  try {
    const result = await attempt()
    await database.rateLimits.giveBack(...allowances)
    return result
  } catch (error) {
    if (error instanceof AppError && error.code === 'proof_invalid') await database.rateLimits.take(wrong)
    else await database.rateLimits.giveBack(...allowances)
    throw error
  }
}

interface Account {
  readonly userId: string
  readonly status: string
  readonly methodsVersion: number
  readonly hash: string
  readonly hasTotp: boolean
}

const verify = async (
  dependencies: Dependencies,
  account: Account | null,
  shown: Shown,
): Promise<Verified> => {
  const { database, passwords } = dependencies
  const right = await passwords.verify(account?.hash ?? null, shown.password)
  if (!right || account === null || account.status === 'inactive') {
    await auditFailure(dependencies, account?.userId ?? null, shown, 'password')
    throw new AppError('proof_invalid')
  }
  const { userId, methodsVersion } = account
  if (account.status !== 'active') throw new AppError('user_suspended')
  if (!account.hasTotp) return { userId, methodsVersion, methods: ['password'], awaitsCode: false }
  if (shown.otp === undefined || shown.otp === '')
    return { userId, methodsVersion, methods: ['password'], awaitsCode: true }
  if (!(await useSecondFactor(dependencies, database, userId, shown.otp))) {
    await auditFailure(dependencies, userId, shown, 'second_factor')
    throw new AppError('proof_invalid')
  }
  return { userId, methodsVersion, methods: ['password', 'totp'], awaitsCode: false }
}

/** The owner sees it among its security events; a try for nobody is noted alike, so that it takes as long. */
export const auditFailure = (
  { database }: Pick<ApiDependencies, 'database'>,
  userId: string | null,
  { clientNetwork, attempt }: Pick<Shown, 'clientNetwork' | 'attempt'>,
  kind: 'password' | 'second_factor',
): Promise<void> =>
  database.audit.record({
    event: 'proof.failed',
    actor: { kind: 'system' },
    organizationId: attempt?.organizationId ?? null,
    attemptId: attempt?.id ?? null,
    target: userId === null ? null : { kind: 'user', id: userId },
    clientNetwork,
    data: { kind },
  })
