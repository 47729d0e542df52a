import { parseRecoveryCode } from '../../domain/recovery-code.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'

/**
 * Uses up a code of the account's authenticator, or a recovery code of it.
 * @returns whether it was right, and not used before
 */
export const useSecondFactor = async (
  { keyring, totp }: Pick<ApiDependencies, 'keyring' | 'totp'>,
  stores: Pick<Stores, 'totp'>,
  userId: string,
  text: string,
): Promise<boolean> => {
  const recoveryCode = parseRecoveryCode(text)
  if (recoveryCode !== null) return stores.totp.useRecoveryCode(userId, keyring.hashToken(recoveryCode))
  const factor = await stores.totp.find(userId)
  if (factor?.confirmed !== true) return false
  const step = await totp.stepOf(keyring.open('totp', userId, factor.secret), text, factor.now)
  return step !== null && stores.totp.useStep(userId, step)
}
