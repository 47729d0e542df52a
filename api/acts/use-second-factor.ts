import { AppError } from '../../domain/errors.js'
import { accountCodeTries } from '../../domain/password-limits.js'
import { parseRecoveryCode } from '../../domain/recovery-code.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'

/**
 * Uses up a code of the account's authenticator, or a recovery code of it. Wrong ones of the authenticator count for the account,
 * whoever tries them where; a recovery code is too long to be guessed, and so its owner's way in when all tries are used up. Not
 * within a transaction: the count would be undone with it.
 * @returns whether it was right, and not used before
 * @throws AppError `too_many_attempts` with seconds
 */
export const useSecondFactor = async (
  { keyring, totp }: Pick<ApiDependencies, 'keyring' | 'totp'>,
  stores: Pick<Stores, 'totp' | 'rateLimits'>,
  userId: string,
  text: string,
): Promise<boolean> => {
  const recoveryCode = parseRecoveryCode(text)
  if (recoveryCode !== null) return stores.totp.useRecoveryCode(userId, keyring.hashToken(recoveryCode))
  const allowance = { limit: accountCodeTries, of: userId }
  // Before it is compared, so that many at once are counted.
  const seconds = await stores.rateLimits.take(allowance)
  if (seconds > 0) throw new AppError('too_many_attempts', { retryAfter: seconds })
  const factor = await stores.totp.find(userId)
  if (factor?.confirmed !== true) return false
  const step = await totp.stepOf(keyring.open('totp', userId, factor.secret), text, factor.now)
  const right = step !== null && (await stores.totp.useStep(userId, step))
  if (right) await stores.rateLimits.giveBack(allowance)
  return right
}
