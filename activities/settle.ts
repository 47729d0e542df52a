import { ApplicationFailure } from '@temporalio/common'
import type { Outcome } from '../domain/attempt.js'
import type { DecisionInput } from '../domain/decision-input.js'
import { AppError } from '../domain/errors.js'
import type { ErrorCode } from '../domain/errors.js'
import { refusal } from '../domain/policy.js'
import { openClaims, ownAddress } from '../domain/sealed-claims.js'
import type { Attempt } from '../store/attempts.js'
import type { Decision } from '../store/decisions.js'
import type { Stores } from '../store/stores.js'
import type { Settled, SettleInput } from './contract.js'
import { attachIdentity } from './attach-identity.js'
import { createUser } from './create-user.js'
import { demandUnchanged, provedAddress } from './decision-basis.js'
import type { PipelineDependencies } from './dependencies.js'
import { foldUser } from './fold-user.js'

/**
 * Carries out the decision of an attempt in one transaction, or ends an attempt that nobody decided in time. The outcome row
 * decides: however often and from wherever this runs, an attempt ends once, and every later call tells how.
 *
 * A refusal rolls everything back and is then written as the outcome. Losing a race for the identity is no refusal: the second
 * pass finds its owner and signs that one in.
 */
export const createSettle = (dependencies: PipelineDependencies) => {
  const { database } = dependencies

  const pass = (input: SettleInput): Promise<Settled | null> =>
    database.transaction(async (stores) => {
      const attempt = await lockAttempt(stores, input.attemptId)
      if (attempt.outcome !== null) return heard(stores, attempt.id, attempt.outcome)
      const decision = await stores.decisions.find(attempt.id)
      if (decision !== null)
        return settled(stores, attempt.id, await carryOut(dependencies, stores, attempt, decision))
      const ending = input.undecidedBecomes ?? (attempt.expired ? 'expired' : null)
      if (ending === null) return null
      return heard(
        stores,
        attempt.id,
        await endWithoutUser(stores, attempt, { result: ending }, input.reason),
      )
    })

  const codeOf = (error: unknown): ErrorCode => {
    const code = error instanceof AppError ? error.code : database.refusalOf(error)
    if (code === null) throw error
    return code
  }

  const refuse = (input: SettleInput, code: ErrorCode): Promise<Settled> =>
    database.transaction(async (stores) => {
      const attempt = await lockAttempt(stores, input.attemptId)
      const outcome: Outcome = { result: 'rejected', code }
      if (attempt.outcome !== null) return settled(stores, attempt.id, attempt.outcome)
      await tellTarget(stores, attempt)
      return settled(stores, attempt.id, await endWithoutUser(stores, attempt, outcome))
    })

  return async (input: SettleInput): Promise<Settled | null> => {
    try {
      return await pass(input)
    } catch (error) {
      if (database.refusalOf(error) !== 'identity_conflict') return refuse(input, codeOf(error))
    }
    try {
      return await pass(input)
    } catch (error) {
      return refuse(input, codeOf(error))
    }
  }
}

const carryOut = async (
  dependencies: PipelineDependencies,
  stores: Stores,
  attempt: Attempt,
  decision: Decision,
): Promise<Outcome> => {
  const { choice } = decision
  if (choice === 'cancel') return endWithoutUser(stores, attempt, { result: 'cancelled' })
  const refused = refusal(choice === 'create' ? 'create' : 'link', { provider: attempt.provider })
  if (refused !== null) throw new AppError(refused)
  const { id, claims: sealed } = attempt
  if (sealed === null) throw new AppError('invalid_state')
  const claims = openClaims(dependencies.keyring, { id, claims: sealed })
  const address = ownAddress(dependencies.keyring, attempt)
  const { trusted } = await demandUnchanged(stores, attempt, decision, claims, address)
  if (choice === 'create') {
    const { name: typedName = '' } = openInput(dependencies, decision)
    const provedEmail = await provedAddress(stores, attempt, decision, claims, address)
    return createUser(stores, attempt, { claims, typedName, trusted, provedEmail })
  }
  const basis = { decision, claims, ownAddress: address?.canonical ?? null }
  if (attempt.purpose === 'fold') return foldUser(stores, attempt, basis)
  return attachIdentity(stores, attempt, { how: choice === 'link' ? 'linked' : 'merged', ...basis })
}

const openInput = ({ keyring }: PipelineDependencies, { attemptId, input }: Decision): DecisionInput =>
  input === null ? {} : (JSON.parse(keyring.open('decision-input', attemptId, input)) as DecisionInput)

const lockAttempt = async (stores: Stores, attemptId: string): Promise<Attempt> => {
  const attempt = await stores.attempts.lock(attemptId)
  if (attempt === null) throw ApplicationFailure.nonRetryable('the attempt does not exist', 'AttemptGone')
  return attempt
}

const settled = async (stores: Stores, attemptId: string, outcome: Outcome): Promise<Settled> => ({
  outcome,
  mails: outcome.how === 'created' ? await stores.mail.listForAttempt(attemptId) : [],
})

/** The same of an attempt that nobody decided: whoever asks for the run knows of its end now. */
const heard = async (stores: Stores, attemptId: string, outcome: Outcome): Promise<Settled> => {
  await stores.owed.markHeard(attemptId)
  return settled(stores, attemptId, outcome)
}

/** A decision that was accepted and not carried out is told to whom it was about, by mail besides the page (spec: pipeline 2.10). */
const tellTarget = async (stores: Stores, attempt: Attempt): Promise<void> => {
  const decision = await stores.decisions.find(attempt.id)
  const userId = decision?.facts.target ?? null
  if (userId === null || (await stores.users.find(userId)) === null) return
  await stores.mail.notify({
    kind: 'attempt_rejected_notice',
    userId,
    organizationId: attempt.provider.organization.id,
    attemptId: attempt.id,
    dedupeKey: `attempt_rejected_notice/${attempt.id}`,
  })
}

const endWithoutUser = async (
  stores: Stores,
  attempt: Attempt,
  outcome: Outcome,
  reason?: string,
): Promise<Outcome> => {
  await stores.attempts.end(attempt.id, outcome, null, {
    event: 'attempt.ended',
    actor: { kind: 'system' },
    organizationId: attempt.provider.organization.id,
    attemptId: attempt.id,
    target: { kind: 'attempt', id: attempt.id },
    data: { ...outcome, ...(reason === undefined ? {} : { reason }) },
  })
  return outcome
}
