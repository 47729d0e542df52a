import { domainToASCII } from 'node:url'
import type { Choice } from '../../domain/attempt.js'
import type { DecisionInput } from '../../domain/decision-input.js'
import { parseEmailAddress } from '../../domain/email-address.js'
import { AppError } from '../../domain/errors.js'
import { cleanName } from '../../domain/identity-claims.js'
import { policyVersion } from '../../domain/policy.js'
import type { Attempt } from '../../store/attempts.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'
import { hasEnded } from '../ended-attempt.js'
import type { EndedAttempt } from '../ended-attempt.js'
import { presentOutcome } from '../present.js'
import { awaitOutcome } from './await-outcome.js'
import { restartPath } from './own-attempt.js'
import { situationOf } from './situation.js'
import type { Situation } from './situation.js'

export interface DecideInput {
  readonly choice: Choice
  /** Typed where the provider sent no address. */
  readonly email: string | undefined
  readonly name: string | undefined
  /** Two posts with one key are one post. */
  readonly idempotencyKey: string
  readonly sessionUserId: string | null
  readonly clientNetwork: string
}

/**
 * Accepts a person's decision and waits for what comes of it, 3 s at most. Once the row is committed the decision is carried
 * out, whatever happens to this process or to Temporal: the signal is a nudge (ARCHITECTURE.md).
 * @returns the attempt with its outcome, or null while it is still being carried out
 * @throws AppError `already_decided` with the outcome, `attempt_expired`, `email_invalid`, or why the choice is not offered
 */
export const decide = async (
  dependencies: ApiDependencies,
  attempt: Attempt,
  input: DecideInput,
): Promise<EndedAttempt | null> => {
  const { database, log, pipelines } = dependencies
  const accepted = await database.transaction((stores) => accept(dependencies, stores, attempt.id, input))
  if (accepted === 'new') {
    const run = { organizationId: attempt.provider.organization.id, attemptId: attempt.id }
    try {
      if (await pipelines.nudge(run, input.choice)) await database.decisions.markSignalled(attempt.id)
    } catch (error) {
      log.warn({ error, attemptId: attempt.id }, 'signal is left to the relay')
    }
  }
  const ended = await awaitOutcome(database, attempt.id)
  if (accepted === 'other') throw alreadyDecided(ended)
  return ended
}

/** `new`: this post decides. `same`: it is the post that decided, once more. `other`: another post was first. */
type Acceptance = 'new' | 'same' | 'other'

const accept = async (
  dependencies: ApiDependencies,
  stores: Stores,
  attemptId: string,
  input: DecideInput,
): Promise<Acceptance> => {
  const { keyring } = dependencies
  const attempt = await stores.attempts.lock(attemptId)
  if (attempt === null) throw new AppError('attempt_not_yours')
  const bodyHash = keyring.hashToken(JSON.stringify([input.choice, input.email, input.name]))
  const former = await stores.decisions.find(attempt.id)
  if (former !== null) {
    return former.idempotencyKey === input.idempotencyKey && former.bodyHash.equals(bodyHash)
      ? 'same'
      : 'other'
  }
  demandDecidable(attempt)
  const situation = await situationOf(dependencies, stores, attempt)
  if (situation === null) throw new AppError('invalid_state', { nextPath: restartPath(attempt) })
  const typed = checkedInput(situation, input)

  await stores.decisions.insert({
    attemptId: attempt.id,
    choice: input.choice,
    idempotencyKey: input.idempotencyKey,
    bodyHash,
    input: typed === null ? null : keyring.seal('decision-input', attempt.id, JSON.stringify(typed)),
    facts: { policyVersion, trusted: situation.trusted },
    sessionUserId: input.sessionUserId,
  })
  await stores.attempts.markFinishing(attempt.id)
  await stores.audit.record({
    event: 'attempt.decided',
    actor: input.sessionUserId === null ? { kind: 'system' } : { kind: 'user', id: input.sessionUserId },
    organizationId: attempt.provider.organization.id,
    attemptId: attempt.id,
    clientNetwork: input.clientNetwork,
    data: { choice: input.choice, policyVersion, trusted: situation.trusted },
  })
  return 'new'
}

const alreadyDecided = (ended: EndedAttempt | null): AppError =>
  new AppError('already_decided', { members: { outcome: ended === null ? null : presentOutcome(ended) } })

const demandDecidable = (attempt: Attempt): void => {
  const nextPath = restartPath(attempt)
  if (attempt.outcome?.result === 'expired') throw new AppError('attempt_expired', { nextPath })
  if (hasEnded(attempt)) throw alreadyDecided(attempt)
  if (attempt.expired) throw new AppError('attempt_expired', { nextPath })
  if (attempt.stage !== 'awaiting_decision') throw new AppError('invalid_state', { nextPath })
}

/** What was typed and is needed; null where nothing is. */
const checkedInput = ({ claims, offers }: Situation, input: DecideInput): DecisionInput | null => {
  if (!offers.choices.includes(input.choice)) {
    const code = input.choice === 'create' ? offers.createRefused : null
    throw code === null
      ? new AppError('bad_request', {
          errors: [{ field: 'decision', message: `must be one of: ${offers.choices.join(', ')}` }],
        })
      : new AppError(code)
  }
  if (input.choice !== 'create') return null
  const name = cleanName(input.name)
  if (claims.email !== null) return name === '' ? null : { name }
  const email = parseEmailAddress(input.email ?? '', domainToASCII)
  if (email === null)
    throw new AppError('email_invalid', {
      errors: [{ field: 'email', message: 'must be one e-mail address' }],
    })
  return { email, ...(name === '' ? {} : { name }) }
}
