import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import type { ErrorCode } from '../../domain/errors.js'
import type { Attempt } from '../../store/attempts.js'
import { accountMessagesFor } from '../../views/account-messages.js'
import type { Locale } from '../../views/locale.js'
import { renderSecondFactorPage } from '../../views/pages/second-factor.js'
import { formatWait } from '../../views/format.js'
import { messagesFor } from '../../views/messages.js'
import { proofMessagesFor } from '../../views/proof-messages.js'
import { problemText, variantText } from '../../views/problem-text.js'
import { ownAttempt, restartPath } from '../acts/own-attempt.js'
import { beginProofByIdentity, takeSecondFactor } from '../acts/prove.js'
import { situationOf } from '../acts/situation.js'
import { takeProof } from '../acts/take-proof.js'
import type { TypedProof } from '../acts/take-proof.js'
import type { ApiDependencies } from '../dependencies.js'
import { httpStatus } from '../http-status.js'
import { proofBody } from '../proof-body.js'
import { renderProve } from '../prove-view.js'
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
    if (body.kind !== 'provider') return takeTyped(dependencies, context, attempt, body)
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
    const isDone = passed?.kind === 'signed_in' || passed?.kind === 'reauthenticated'
    context.redirect(isDone ? attempt.returnTo : `/attempts/${attempt.id}`)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'proof_invalid') throw error
    const locale = localeOf(context)
    context.status = httpStatus.proof_invalid
    context.body = renderSecondFactorPage({
      locale,
      supportContact: dependencies.supportContact,
      attempt: { ...attempt.provider, id: attempt.id, restartPath: restartPath(attempt) },
      errors: [{ field: 'otp', message: accountMessagesFor(locale).totp.wrong }],
    })
  }
}

/** The forms of the proof page; what was typed wrong is shown there again. */
const takeTyped = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: Attempt,
  body: TypedProof,
): Promise<void> => {
  try {
    const taken = await takeProof(dependencies, context, attempt, body)
    const isProved = taken.kind === 'taken'
    const isOfAccount = isProved && taken.proof.userId !== null
    const situation =
      isProved && !isOfAccount ? await situationOf(dependencies, dependencies.database, attempt) : null
    // A typed address that nobody holds is proved now, and with it the account may be made.
    const goesOn = isOfAccount || situation?.claims.email === null
    context.status = 303
    context.redirect(`/attempts/${attempt.id}${goesOn ? '' : '/proofs'}`)
  } catch (error) {
    const now = error instanceof AppError ? await dependencies.database.attempts.find(attempt.id) : null
    // Meanwhile it has ended, by the mail's “this was not me” perhaps: its page says so.
    if (error instanceof AppError && error.code === 'invalid_state' && now?.outcome?.result === 'cancelled') {
      context.status = 303
      context.redirect(`/attempts/${attempt.id}`)
      return
    }
    if (!(error instanceof AppError) || !mendable.includes(error.code) || now?.outcome !== null) throw error
    const { code, details } = error
    const locale = localeOf(context)
    const wrong =
      code === 'proof_invalid' && details.about === undefined ? wrongOf(locale)[body.kind] : undefined
    const message =
      wrong ??
      (details.about === undefined ? problemText(locale, code) : variantText(locale, details.about)).detail
    context.status = httpStatus[code]
    if (details.retryAfter !== undefined) context.set('Retry-After', String(Math.ceil(details.retryAfter)))
    const wait =
      details.retryAfter === undefined
        ? ''
        : ` ${messagesFor(locale).problem.retryAfter(formatWait(locale, details.retryAfter))}`
    context.body = await renderProve(dependencies, context, now, {
      errors: [
        {
          field: code === 'email_invalid' && body.kind === 'password' ? 'email' : fieldOf[body.kind],
          message: `${message}${wait}`,
        },
      ],
      values: {
        email: body.kind === 'password' ? body.email : undefined,
        address: body.kind === 'email' ? body.address : undefined,
      },
    })
  }
}

const mendable: readonly ErrorCode[] = [
  'proof_invalid',
  'proof_expired',
  'proof_used',
  'email_invalid',
  'rate_limited',
  'too_many_attempts',
  'user_suspended',
]

const wrongOf = (locale: Locale): Readonly<Partial<Record<TypedProof['kind'], string>>> => {
  const { password, mail } = proofMessagesFor(locale)
  return { password: password.wrong, email_code: mail.wrong }
}

const fieldOf: Readonly<Record<TypedProof['kind'], string>> = {
  password: 'password',
  email: 'address',
  email_code: 'code',
}
