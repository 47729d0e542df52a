import { openClaims } from '../../domain/sealed-claims.js'
import type { Attempt } from '../../store/attempts.js'
import type { ApiDependencies } from '../dependencies.js'
import { bindingOf, countedTry, demandProvable, lockProvable } from './proving.js'
import type { ProofOrigin } from './proving.js'
import { holdVerified, verifyPassword } from './verify-password.js'

export interface PasswordProof {
  readonly email: string
  readonly password: string
  /** A code of the authenticator, or a recovery code. */
  readonly otp: string | undefined
}

/**
 * Takes address and password of the account that the identity is to be connected to; any account, not only one with the attempt's
 * own address. Where the account asks for a second factor and none came, the proof waits for it.
 * @throws AppError as `verifyPassword`; `too_many_attempts` after the tenth wrong try, which ends the attempt; as `demandProvable`
 */
export const proveByPassword = async (
  dependencies: ApiDependencies,
  attempt: Attempt,
  shown: PasswordProof,
  origin: ProofOrigin,
): Promise<{ userId: string; expiresAt: Date; awaitsCode: boolean }> => {
  const { database } = dependencies
  demandProvable(attempt, origin.session)
  const { clientNetwork } = origin
  const verified = await countedTry(dependencies, attempt, clientNetwork, () =>
    verifyPassword(dependencies, shown.email, {
      password: shown.password,
      otp: shown.otp,
      clientNetwork,
      attempt: { id: attempt.id, organizationId: attempt.provider.organization.id },
    }),
  )
  const { userId, methodsVersion, awaitsCode, methods } = verified
  return database.transaction(async (stores) => {
    // The account before the attempt, as whoever changes it holds them.
    await holdVerified(stores, verified)
    const locked = await lockProvable(stores, attempt, origin.session)
    const { expiresAt } = await stores.proofs.insert({
      ...bindingOf(locked, openClaims(dependencies.keyring, locked)),
      kind: 'password',
      userId,
      methodsVersion,
      canonicalEmail: null,
      provingProviderId: null,
      secondFactor: methods.includes('totp'),
    })
    await stores.audit.record({
      event: 'proof.shown',
      actor: { kind: 'user', id: userId },
      organizationId: locked.provider.organization.id,
      attemptId: locked.id,
      target: { kind: 'user', id: userId },
      clientNetwork,
      data: { kind: 'password', methods, awaits_code: awaitsCode },
    })
    return { userId, expiresAt, awaitsCode }
  })
}
