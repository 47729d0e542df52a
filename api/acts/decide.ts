import type { Keyring } from '../../clients/keyring.js'
import type { Choice } from '../../domain/attempt.js'
import { factsFor } from '../../domain/decision-facts.js'
import type { DecisionInput } from '../../domain/decision-input.js'
import { AppError } from '../../domain/errors.js'
import type { Attempt } from '../../store/attempts.js'
import type { Session } from '../../store/sessions.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'
import { hasEnded } from '../ended-attempt.js'
import type { EndedAttempt } from '../ended-attempt.js'
import { presentOutcome } from '../present.js'
import { awaitOutcome } from './await-outcome.js'
import { choose } from './choose.js'
import { endRejected } from './end-rejected.js'
import { restartPath } from './own-attempt.js'
import { isPinned } from './pinned.js'
import { situationOf } from './situation.js'
import { wakeRuns } from '../../support/wake-runs.js'

export interface DecideInput {
  readonly choice: Choice
  readonly name: string | undefined
  /** Typed where the provider sent no address; worth something once a code has proved it. */
  readonly email: string | undefined
  /** Another identity that the account has at this provider may be replaced. */
  readonly replace: boolean
  /** `Situation.version` of the page or answer that the person chose by, where it was said. */
  readonly version: string | undefined
  /** Two posts with one key are one post. */
  readonly idempotencyKey: string
  readonly session: Session | null
  /** A page of an application asked the person. */
  readonly byHost?: boolean
  readonly clientNetwork: string
}

/**
 * Accepts a person's decision and waits for what comes of it, 3 s at most. Once the row is committed the decision is carried
 * out, whatever happens to this process or to Temporal: the signal is a nudge (ARCHITECTURE.md).
 * @returns the attempt with its outcome, or null while it is still being carried out
 * @throws AppError `already_decided` with the outcome, `attempt_expired`, `wrong_user` or
 *   `not_authenticated` where the browser is not signed in as it was any more (the attempt has ended then), `invalid_state` where what was chosen by has changed, or as `choose`
 */
export const decide = async (
  dependencies: ApiDependencies,
  attempt: Attempt,
  input: DecideInput,
): Promise<EndedAttempt | null> => {
  const { database, log, pipelines } = dependencies
  const held = attempt.purpose === 'fold' ? await mailRunsOf(database, attempt.sessionUserId) : []
  const accepted = await database.transaction((stores) => accept(dependencies, stores, attempt.id, input))
  if (accepted === 'another_user') {
    const { session, clientNetwork } = input
    const code = session === null ? 'not_authenticated' : 'wrong_user'
    await endRejected(dependencies, attempt, { code, reason: 'session', clientNetwork })
    throw new AppError(code, { nextPath: restartPath(attempt) })
  }
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
  // The mails of an account that is gone are gone: whatever waits for their confirmation ends.
  if (ended?.outcome.result === 'signed_in') await wakeRuns(dependencies, held)
  return ended
}

const mailRunsOf = async ({ users, mail }: Stores, userId: string | null): Promise<string[]> => {
  const emails = userId === null ? [] : await users.listEmails(userId)
  return (await Promise.all(emails.map(({ id }) => mail.workflowsOf(id)))).flat()
}

/**
 * `new`: this post decides. `same`: it is the post that decided, once more. `other`: another post was first. `another_user`: R is
 * not who it was when the attempt began.
 */
type Acceptance = 'new' | 'same' | 'other' | 'another_user'

const accept = async (
  dependencies: ApiDependencies,
  stores: Stores,
  attemptId: string,
  input: DecideInput,
): Promise<Acceptance> => {
  const { keyring } = dependencies
  const attempt = await stores.attempts.lock(attemptId)
  if (attempt === null) throw new AppError('attempt_not_yours')
  const [bodyHash, ...formerKeys] = bodyHashes(keyring, input)
  const former = await stores.decisions.find(attempt.id)
  if (former !== null) {
    const isSame = [bodyHash, ...formerKeys].some((hash) => hash.equals(former.bodyHash))
    return former.idempotencyKey === input.idempotencyKey && isSame ? 'same' : 'other'
  }
  demandDecidable(attempt, input.session)
  if (!isPinned(attempt, input.session)) return 'another_user'
  const situation = await situationOf(dependencies, stores, attempt)
  if (situation === null) throw new AppError('invalid_state', { nextPath: restartPath(attempt) })
  if (input.version !== undefined && input.version !== situation.version) throw new AppError('invalid_state')
  const { target, proofId, input: typed } = await choose(stores, attempt, situation, input)

  const { provider, sessionUserId } = attempt
  const { trusted, holder } = situation
  const facts = factsFor(input.choice, { provider, trusted, target, holder })
  const decision = {
    attemptId: attempt.id,
    choice: input.choice,
    idempotencyKey: input.idempotencyKey,
    bodyHash,
    input: typed === null ? null : sealInput(dependencies, attempt.id, typed),
    facts,
    sessionUserId,
    proofId,
    replace: input.replace,
  }
  await stores.decisions.accept(decision, {
    event: 'attempt.decided',
    actor: sessionUserId === null ? { kind: 'system' } : { kind: 'user', id: sessionUserId },
    organizationId: provider.organization.id,
    attemptId: attempt.id,
    clientNetwork: input.clientNetwork,
    target: { kind: 'attempt', id: attempt.id },
    data: {
      choice: input.choice,
      policy_version: facts.policyVersion,
      provider: facts.provider,
      trusted: facts.trusted,
      user: facts.target,
      holder: facts.holder,
      held: holder !== null,
    },
  })
  return 'new'
}

/** Keyed, since name and address are few enough to be guessed; under every key, the current one first. */
const bodyHashes = (
  keyring: Keyring,
  { choice, email, name, replace }: DecideInput,
): readonly [Buffer, ...Buffer[]] =>
  keyring.blindIndexes('idempotency-key', JSON.stringify([choice, email, name, replace]))

const sealInput = ({ keyring }: ApiDependencies, attemptId: string, typed: DecisionInput): Buffer =>
  keyring.seal('decision-input', attemptId, JSON.stringify(typed))

const alreadyDecided = (ended: EndedAttempt | null): AppError =>
  new AppError('already_decided', { members: { outcome: ended === null ? null : presentOutcome(ended) } })

const demandDecidable = (attempt: Attempt, session: Session | null): void => {
  const nextPath = restartPath(attempt)
  if (attempt.outcome?.result === 'expired') throw new AppError('attempt_expired', { nextPath })
  // It ended with the session that it began in: nobody has decided anything.
  if (attempt.outcome?.result === 'cancelled' && !isPinned(attempt, session))
    throw new AppError(session === null ? 'not_authenticated' : 'wrong_user', { nextPath })
  if (hasEnded(attempt)) throw alreadyDecided(attempt)
  if (attempt.expired) throw new AppError('attempt_expired', { nextPath })
  if (attempt.stage !== 'awaiting_decision') throw new AppError('invalid_state', { nextPath })
}
