import { ApplicationFailure } from '@temporalio/common'
import type { Outcome } from '../domain/attempt.js'
import { AppError } from '../domain/errors.js'
import type { Attempt } from '../store/attempts.js'
import type { Decision } from '../store/decisions.js'
import type { Stores } from '../store/stores.js'
import type { Settled, SettleInput } from './contract.js'
import { createUser } from './create-user.js'
import type { PipelineDependencies } from './dependencies.js'

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
      if (attempt.outcome !== null) return settled(stores, attempt.id, attempt.outcome)
      const decision = await stores.decisions.find(attempt.id)
      if (decision !== null)
        return settled(stores, attempt.id, await carryOut(dependencies, stores, attempt, decision))
      const ending = input.undecidedBecomes ?? (attempt.expired ? 'expired' : null)
      if (ending === null) return null
      return settled(
        stores,
        attempt.id,
        await endWithoutUser(stores, attempt, { result: ending }, input.reason),
      )
    })

  const refuse = (input: SettleInput, outcome: Outcome): Promise<Settled> =>
    database.transaction(async (stores) => {
      const attempt = await lockAttempt(stores, input.attemptId)
      return settled(stores, attempt.id, attempt.outcome ?? (await endWithoutUser(stores, attempt, outcome)))
    })

  return async (input: SettleInput): Promise<Settled | null> => {
    try {
      return await pass(input)
    } catch (error) {
      const code = error instanceof AppError ? error.code : database.refusalOf(error)
      if (code === null) throw error
      if (code === 'identity_conflict') return pass(input)
      return refuse(input, { result: 'rejected', code })
    }
  }
}

const carryOut = async (
  dependencies: PipelineDependencies,
  stores: Stores,
  attempt: Attempt,
  decision: Decision,
): Promise<Outcome> => {
  switch (decision.choice) {
    case 'cancel':
      return endWithoutUser(stores, attempt, { result: 'cancelled' })
    case 'create':
      return createUser(dependencies, stores, attempt, decision)
    case 'link':
    case 'merge':
      throw new AppError('bad_request')
  }
}

const lockAttempt = async (stores: Stores, attemptId: string): Promise<Attempt> => {
  const attempt = await stores.attempts.lock(attemptId)
  if (attempt === null) throw ApplicationFailure.nonRetryable('the attempt does not exist', 'AttemptGone')
  return attempt
}

const settled = async (stores: Stores, attemptId: string, outcome: Outcome): Promise<Settled> => ({
  outcome,
  mails: outcome.how === 'created' ? await stores.mail.listForAttempt(attemptId) : [],
})

const endWithoutUser = async (
  stores: Stores,
  attempt: Attempt,
  outcome: Outcome,
  reason?: string,
): Promise<Outcome> => {
  await stores.attempts.end(attempt.id, outcome)
  await stores.audit.record({
    event: 'attempt.ended',
    actor: { kind: 'system' },
    organizationId: attempt.provider.organization.id,
    attemptId: attempt.id,
    data: { ...outcome, ...(reason === undefined ? {} : { reason }) },
  })
  return outcome
}
