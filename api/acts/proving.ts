import { wrongTriesCap } from '../../domain/attempt.js'
import { AppError } from '../../domain/errors.js'
import type { IdentityClaims } from '../../domain/identity-claims.js'
import { wrongFromNetwork } from '../../domain/password-limits.js'
import type { Attempt } from '../../store/attempts.js'
import type { NewProof } from '../../store/proofs.js'
import type { Session } from '../../store/sessions.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'
import { endRejected } from './end-rejected.js'
import { isPinned } from './pinned.js'

/** From which browser a proof comes. */
export interface ProofOrigin {
  readonly session: Session | null
  readonly clientNetwork: string
}

/** An attempt that waits for its decision: only such a one takes proofs. */
export type ProvableAttempt = Attempt & { readonly claims: Buffer }

/** @throws AppError `attempt_expired`, `invalid_state`, `wrong_user` */
export const demandProvable = (attempt: Attempt, session: Session | null): ProvableAttempt => {
  const nextPath = `/attempts/${attempt.id}`
  if (attempt.expired || attempt.outcome?.result === 'expired')
    throw new AppError('attempt_expired', { nextPath })
  const { claims } = attempt
  if (attempt.outcome !== null || attempt.stage !== 'awaiting_decision' || claims === null)
    throw new AppError('invalid_state', { nextPath })
  if (!isPinned(attempt, session)) throw new AppError('wrong_user', { nextPath })
  return { ...attempt, claims }
}

/** The same, and unchanged by others until the transaction ends. */
export const lockProvable = async (
  stores: Stores,
  { id }: Attempt,
  session: Session | null,
): Promise<ProvableAttempt> => {
  const attempt = await stores.attempts.lock(id)
  if (attempt === null) throw new AppError('attempt_not_yours')
  return demandProvable(attempt, session)
}

/** What every proof of an attempt is bound to, whatever it proves (spec: pipeline 2.3). */
export const bindingOf = (
  attempt: Attempt,
  { issuer, subject }: IdentityClaims,
): Pick<NewProof, 'attemptId' | 'providerId' | 'issuer' | 'subject' | 'browserHash'> => ({
  attemptId: attempt.id,
  providerId: attempt.provider.id,
  issuer,
  subject,
  browserHash: attempt.browserHash,
})

/** Counts a wrong code under the attempt's lock. @returns whether more may be tried in this attempt */
export const countWrongTry = async (stores: Pick<Stores, 'attempts'>, attempt: Attempt): Promise<boolean> => {
  const tries = await stores.attempts.takeTry(attempt.id)
  return tries !== null && tries < wrongTriesCap
}

/**
 * Makes one of the ten tries of an attempt. It is taken before, so that no number of tries at once is more than ten, and given back
 * where nothing was wrong.
 * @throws AppError `too_many_attempts` with seconds where none is left, and after the tenth wrong one, which ends the attempt; as `make`, whose
 *   `proof_invalid` is what counts as wrong
 */
export const countedTry = async <T>(
  dependencies: ApiDependencies,
  attempt: Attempt,
  clientNetwork: string,
  make: () => Promise<T>,
): Promise<T> => {
  const { attempts } = dependencies.database
  const tries = await attempts.takeTry(attempt.id)
  if (tries === null) throw await noTryLeft(dependencies, attempt, clientNetwork)
  try {
    const result = await make()
    await attempts.giveTryBack(attempt.id)
    return result
  } catch (error) {
    if (error instanceof AppError && error.code === 'proof_invalid')
      return tries < wrongTriesCap
        ? Promise.reject(error)
        : endAfterWrongTries(dependencies, attempt, clientNetwork)
    await attempts.giveTryBack(attempt.id)
    throw error
  }
}

/** Ten wrong tries end an attempt (spec: pipeline 3, "Proofs for merge"). @throws AppError `too_many_attempts` */
export const endAfterWrongTries = async (
  dependencies: ApiDependencies,
  attempt: Attempt,
  clientNetwork: string,
): Promise<never> => {
  await endRejected(dependencies, attempt, {
    code: 'too_many_attempts',
    reason: 'wrong_tries',
    clientNetwork,
  })
  throw await noTryLeft(dependencies, attempt, clientNetwork)
}

/** With the seconds after which the network may try again in a new attempt: none is owed where it has not tried too often. */
const noTryLeft = async (
  { database }: Pick<ApiDependencies, 'database'>,
  { id }: Attempt,
  clientNetwork: string,
): Promise<AppError> => {
  const seconds = await database.rateLimits.wait({ limit: wrongFromNetwork, of: clientNetwork })
  return new AppError('too_many_attempts', { nextPath: `/attempts/${id}`, retryAfter: Math.max(1, seconds) })
}
