import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import type { Attempt } from '../../store/attempts.js'
import { problemText } from '../../views/problem-text.js'
import { currentSession } from '../acts/current-session.js'
import { decide } from '../acts/decide.js'
import { ownAttempt } from '../acts/own-attempt.js'
import { redeem } from '../acts/redeem.js'
import { setSessionToken } from '../cookies.js'
import { decisionBody, idempotencyKey } from '../decision-body.js'
import { renderDecision } from '../decision-view.js'
import type { ApiDependencies } from '../dependencies.js'
import { httpStatus } from '../http-status.js'
import { clientNetwork, localeOf, parseBody } from '../request.js'
import type { Handler } from '../route.js'

const form = decisionBody.extend({ idempotency_key: idempotencyKey })

/** The decision page's forms: decides, waits, and goes on signed in; or shows the attempt's page, which knows how it stands. */
export const postAttemptDecision: Handler = (dependencies) => ({
  method: 'POST',
  path: '/attempts/:attempt/decision',
  access: 'attempt',
  async handle(context) {
    const attempt = await ownAttempt(dependencies, context)
    try {
      const next = await decideByForm(dependencies, context, attempt)
      context.status = 303
      context.redirect(next)
    } catch (error) {
      if (!(error instanceof AppError) || !canBeMended(error, attempt)) throw error
      await showAgain(dependencies, context, attempt, error)
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
    sessionUserId: session?.user.id ?? null,
    clientNetwork: clientNetwork(context),
  })
  if (ended?.outcome.result !== 'signed_in') return `/attempts/${attempt.id}`
  setSessionToken(context, await redeem(dependencies, attempt, clientNetwork(context)))
  return attempt.returnTo
}

const canBeMended = ({ code }: AppError, { stage }: Attempt): boolean =>
  stage === 'awaiting_decision' && (code === 'email_invalid' || code === 'bad_request')

/** The same page once more, saying what was wrong in the person's language, with what was typed. */
const showAgain = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: Attempt,
  { code }: AppError,
): Promise<void> => {
  const { email, name } = (context.request as { body?: Record<string, unknown> }).body ?? {}
  const field = code === 'email_invalid' ? 'email' : 'decision'
  context.status = httpStatus[code]
  context.body = await renderDecision(dependencies, context, attempt, {
    errors: [{ field, message: problemText(localeOf(context), code).detail }],
    values: { email: textOf(email), name: textOf(name) },
  })
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
