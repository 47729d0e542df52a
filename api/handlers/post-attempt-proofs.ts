import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import type { Attempt } from '../../store/attempts.js'
import { renderSecondFactorPage } from '../../views/pages/second-factor.js'
import { problemText } from '../../views/problem-text.js'
import { ownAttempt, restartPath } from '../acts/own-attempt.js'
import { beginProofByIdentity, takeSecondFactor } from '../acts/prove.js'
import type { ApiDependencies } from '../dependencies.js'
import { httpStatus } from '../http-status.js'
import { proofBody } from '../proof-body.js'
import { localeOf, parseBody } from '../request.js'
import type { Handler } from '../route.js'

/** The forms by which a person proves an account. */
export const postAttemptProofs: Handler = (dependencies) => ({
  method: 'POST',
  path: '/attempts/:attempt/proofs',
  access: 'attempt',
  async handle(context) {
    const attempt = await ownAttempt(dependencies, context)
    const body = parseBody(context, proofBody)
    if (body.kind === 'second_factor') return takeCode(dependencies, context, attempt, body)
    const child = await beginProofByIdentity(dependencies, context, attempt, body)
    context.status = 303
    context.redirect(child.authorizationUrl.href)
  },
})

const takeCode = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: Attempt,
  body: Parameters<typeof takeSecondFactor>[3],
): Promise<void> => {
  try {
    const passed = await takeSecondFactor(dependencies, context, attempt, body)
    context.status = 303
    context.redirect(passed?.kind === 'signed_in' ? attempt.returnTo : `/attempts/${attempt.id}`)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'proof_invalid') throw error
    const locale = localeOf(context)
    context.status = httpStatus.proof_invalid
    context.body = renderSecondFactorPage({
      locale,
      attempt: { ...attempt.provider, id: attempt.id, restartPath: restartPath(attempt) },
      errors: [{ field: 'otp', message: problemText(locale, 'proof_invalid').detail }],
    })
  }
}
