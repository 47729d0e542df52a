import { AppError } from '../../domain/errors.js'
import { openClaims } from '../../domain/sealed-claims.js'
import type { Attempt } from '../../store/attempts.js'
import type { Session } from '../../store/sessions.js'
import type { ApiDependencies } from '../dependencies.js'
import { endRejected } from './end-rejected.js'
import { isPinned, provesSession } from './pinned.js'
import { countedTry } from './proving.js'
import { receiveReauthentication } from './receive-reauthentication.js'
import type { Reauthenticated } from './receive-reauthentication.js'
import { signInKnown } from './sign-in-known.js'
import type { SignedIn } from './sign-in-known.js'
import { situationOf } from './situation.js'
import { useSecondFactor } from './use-second-factor.js'

export interface SecondFactorInput {
  /** A code of the authenticator app, or a recovery code. */
  readonly code: string
  readonly session: Session | null
  readonly clientNetwork: string
}

/**
 * Takes the code of an account with a second factor: of the owner of a known identity, who is signed in then or has proved the
 * account once more, or of the account that another proof of this attempt names, which counts only then (spec: pipeline 2.9).
 * @returns null where the person goes on deciding
 * @throws AppError `invalid_state` where no code is asked for, `wrong_user`, `proof_invalid`, `too_many_attempts` once the tries of
 *   the attempt are used up (it has ended then) or those of the account (with seconds), or as `signInKnown` and
 *   `receiveReauthentication`
 */
export const passSecondFactor = async (
  dependencies: ApiDependencies,
  attempt: Attempt,
  input: SecondFactorInput,
): Promise<SignedIn | Reauthenticated | null> => {
  if (attempt.outcome !== null) throw new AppError('invalid_state')
  if (!isPinned(attempt, input.session)) throw new AppError('wrong_user')
  return attempt.awaitsSecondFactor
    ? goOnAsOwner(dependencies, attempt, input)
    : strengthenProof(dependencies, attempt, input)
}

const goOnAsOwner = async (
  dependencies: ApiDependencies,
  attempt: Attempt,
  input: SecondFactorInput,
): Promise<SignedIn | Reauthenticated> => {
  const { database, keyring } = dependencies
  const { id, claims: sealed } = attempt
  if (sealed === null) throw new AppError('invalid_state')
  const claims = openClaims(keyring, { id, claims: sealed })
  const { issuer, subject } = claims
  const owner = await database.identities.findOwner(
    attempt.provider.id,
    issuer,
    subject,
    attempt.invitationId,
  )
  if (owner === null) throw new AppError('invalid_state')
  await demandCode(dependencies, attempt, owner.userId, input)
  const { session, clientNetwork } = input
  if (provesSession(attempt))
    return receiveReauthentication(dependencies, { attempt, owner, clientNetwork, secondFactor: true })
  try {
    return await signInKnown(dependencies, {
      attempt,
      claims,
      owner,
      session,
      clientNetwork,
      secondFactor: true,
    })
  } catch (error) {
    if (error instanceof AppError)
      await endRejected(dependencies, attempt, { code: error.code, reason: 'policy', clientNetwork })
    throw error
  }
}

const strengthenProof = async (
  dependencies: ApiDependencies,
  attempt: Attempt,
  input: SecondFactorInput,
): Promise<null> => {
  const { database } = dependencies
  const situation =
    attempt.stage === 'awaiting_decision' ? await situationOf(dependencies, database, attempt) : null
  const lacking = situation?.lackSecondFactor ?? []
  const userId = lacking[0]?.userId ?? null
  if (userId === null) throw new AppError('invalid_state')
  await demandCode(dependencies, attempt, userId, input)
  const strengthened = await Promise.all(
    lacking.filter((proof) => proof.userId === userId).map(({ id }) => database.proofs.addSecondFactor(id)),
  )
  if (!strengthened.includes(true)) throw new AppError('proof_expired')
  return null
}

/** A wrong code is counted and audited; the last one that may be tried ends the attempt. */
const demandCode = (
  dependencies: ApiDependencies,
  attempt: Attempt,
  userId: string,
  { code, clientNetwork }: SecondFactorInput,
): Promise<void> =>
  countedTry(dependencies, attempt, clientNetwork, async () => {
    const { database } = dependencies
    if (await useSecondFactor(dependencies, database, userId, code)) return
    await database.audit.record({
      event: 'proof.failed',
      actor: { kind: 'system' },
      organizationId: attempt.provider.organization.id,
      attemptId: attempt.id,
      target: { kind: 'user', id: userId },
      clientNetwork,
      data: { kind: 'second_factor' },
    })
    throw new AppError('proof_invalid')
  })
