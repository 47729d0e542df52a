import { AppError } from '../../domain/errors.js'
import type { SigningKey } from '../../store/signing-keys.js'
import type { ApiDependencies } from '../dependencies.js'

type Parts = Pick<ApiDependencies, 'database' | 'keyring' | 'tokenSigner'>

/**
 * The keys that verifiers may meet, this period's among them; a period without one gets it here, and so does the next one on the
 * last day before it, so that whoever keeps our key set for a day has it when it is used.
 * @throws AppError `unavailable` for the moment in which a period changes
 */
export const signingKeys = async (parts: Parts): Promise<{ current: SigningKey; all: SigningKey[] }> => {
  const { database } = parts
  const { now, ends } = await database.signingKeys.period()
  const wanted = ends ? [now, now + 1] : [now]
  const known = await database.signingKeys.list()
  const missing = wanted.filter((period) => !known.some((key) => key.period === period))
  for (const period of missing) await database.signingKeys.save(newKey(parts, period))
  const all = missing.length === 0 ? known : await database.signingKeys.list()
  const current = all.find(({ period }) => period === now)
  // The period has just changed.
  if (current === undefined) throw new AppError('unavailable', { retryAfter: 1 })
  return { current, all }
}

const newKey = ({ keyring, tokenSigner }: Parts, period: number): SigningKey => {
  const { kid, publicJwk, privateKey } = tokenSigner.newKey()
  return { period, kid, publicJwk, privateKey: keyring.sealBytes('signing-key', kid, privateKey) }
}
