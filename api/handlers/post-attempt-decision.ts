import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../../domain/errors.js'
import type { ErrorCode } from '../../domain/errors.js'
import type { Attempt } from '../../store/attempts.js'
import { messagesFor } from '../../views/messages.js'
import { paths } from '../../views/paths.js'
import { problemText } from '../../views/problem-text.js'
import { currentSession } from '../acts/current-session.js'
import { decide } from '../acts/decide.js'
import { mailCode } from '../acts/mail-code.js'
import { ownAttempt } from '../acts/own-attempt.js'
import { redeem } from '../acts/redeem.js'
import { setSessionToken } from '../cookies.js'
import { decisionBody } from '../decision-body.js'
import { idempotencyKey } from '../idempotency-key.js'
import { renderDecision } from '../decision-view.js'
import type { ApiDependencies } from '../dependencies.js'
import { httpStatus } from '../http-status.js'
import { leadToProof } from '../prove-first.js'
import { clientNetwork, localeOf, parseBody, pathPart } from '../request.js'
import type { Handler } from '../route.js'

const form = decisionBody.extend({
  idempotency_key: idempotencyKey,
  // A box that is ticked.
  replace: z.literal('true').optional(),
})

/** The decision page's forms: decides, waits, and goes on signed in; or shows the attempt's page, which knows how it stands. */
export const postAttemptDecision: Handler = (dependencies) => ({
  method: 'POST',
  path: '/attempts/:attempt/decision',
  access: 'attempt',
  formOn: (context) => paths.attemptPage(pathPart(context, 'attempt')),
  async handle(context) {
    const attempt = await ownAttempt(dependencies, context)
    try {
      const next = await decideByForm(dependencies, context, attempt)
      context.status = 303
      context.redirect(next)
    } catch (error) {
      if (await endedUndecided(dependencies, error, attempt)) {
        context.status = 303
        context.redirect(`/attempts/${attempt.id}`)
        return
      }
      if (!(error instanceof AppError) || !canBeMended(error, attempt)) throw error
      if (error.code === 'proof_invalid' || error.code === 'proof_expired')
        await askForProof(dependencies, context, attempt)
      else if (error.code === 'reauthentication_required' && attempt.purpose === 'fold')
        leadToProof(context, `/attempts/${attempt.id}`)
      else await showAgain(dependencies, context, attempt, error)
    }
  },
})

/** @returns where the person goes on */
const decideByForm = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: Attempt,
): Promise<string> => {
  const body = parseBody(context, form)
  const session = await currentSession(dependencies, context)
  const ended = await decide(dependencies, attempt, {
    choice: body.decision,
    email: body.email,
    name: body.name,
    idempotencyKey: body.idempotency_key,
    replace: body.replace !== undefined,
    version: body.version,
    session,
    clientNetwork: clientNetwork(context),
  })
  // Whose account stays as it is has nothing to begin again.
  if (ended?.outcome.result === 'cancelled' && attempt.purpose === 'fold') return attempt.returnTo
  if (ended?.outcome.result !== 'signed_in') return `/attempts/${attempt.id}`
  setSessionToken(context, await redeem(dependencies, ended, session, clientNetwork(context)))
  // Whoever joined without a seat is told so before going on.
  return ended.restricted ? `/attempts/${attempt.id}` : attempt.returnTo
}

/** What the person can put right on the page itself. `invalid_state` tells that the page showed what is no longer so. */
const mendable: readonly ErrorCode[] = [
  'bad_request',
  'email_invalid',
  'email_taken',
  'identity_conflict',
  'invalid_state',
  'not_a_member',
  'proof_expired',
  'proof_invalid',
  'reauthentication_required',
  'registration_closed',
]

/** It ended, and not by a decision: its page says so. */
const endedUndecided = async (
  { database }: ApiDependencies,
  error: unknown,
  { id }: Attempt,
): Promise<boolean> =>
  error instanceof AppError &&
  error.code === 'already_decided' &&
  (await database.decisions.find(id)) === null

const canBeMended = ({ code }: AppError, { stage }: Attempt): boolean =>
  stage === 'awaiting_decision' && mendable.includes(code)

/** What has to be shown first is shown on the proof page; a code to an address that was typed is on its way by then. */
const askForProof = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: Attempt,
): Promise<void> => {
  const body = parseBody(context, form)
  if (body.decision === 'create') {
    const session = await currentSession(dependencies, context)
    await mailCode(dependencies, attempt, body.email, { session, clientNetwork: clientNetwork(context) })
  }
  context.status = 303
  context.redirect(`/attempts/${attempt.id}/proofs`)
}

/** The same page once more, saying what was wrong in the person's language, with what was typed. */
const showAgain = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: Attempt,
  error: AppError,
): Promise<void> => {
  const { code } = error
  const { email, name, decision } = (context.request as { body?: Record<string, unknown> }).body ?? {}
  const locale = localeOf(context)
  const { changed, notReplaced } = messagesFor(locale).decision
  const isMissed = error.details.errors?.[0]?.field === 'replace'
  const field = isMissed ? `replace-${textOf(decision)}` : (fields[code] ?? 'decision')
  const message = isMissed
    ? notReplaced
    : code === 'invalid_state'
      ? changed
      : problemText(locale, code).detail
  // The choices are shown as they are now; where there are none any more, the attempt's page says why.
  context.status = code === 'invalid_state' ? 409 : httpStatus[code]
  context.body = await renderDecision(dependencies, context, attempt, {
    errors: [{ field, message }],
    values: { email: textOf(email), name: textOf(name) },
  })
}

const fields: Partial<Record<ErrorCode, string>> = { email_invalid: 'email' }

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
