import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../../domain/errors.js'
import type { FieldError } from '../../domain/errors.js'
import { accountMessagesFor } from '../../views/account-messages.js'
import {
  renderForgottenPasswordPage,
  renderPasswordDonePage,
  renderPasswordResetPage,
  renderResetMailPage,
} from '../../views/pages/password-reset.js'
import { problemText } from '../../views/problem-text.js'
import { requestPasswordReset } from '../acts/request-password-reset.js'
import { readPasswordLink, resetPassword } from '../acts/reset-password.js'
import type { ApiDependencies } from '../dependencies.js'
import { httpStatus } from '../http-status.js'
import { answerOnce } from '../idempotency-key.js'
import { passwordFaults } from '../password-page.js'
import { clientNetwork, localeOf, parseBody, pathPart, queryValue, setNextPath } from '../request.js'
import type { Handler } from '../route.js'

/** Asks for the address of a forgotten password. */
export const getPassword: Handler = () => ({
  method: 'GET',
  path: '/password',
  access: 'anyone',
  handle(context) {
    const organization = queryValue(context, 'organization')
    context.body = renderForgottenPasswordPage({ locale: localeOf(context), organization })
  },
})

const request = z.object({ email: z.string().max(1000), organization: z.string().max(63).optional() })

export const postPassword: Handler = (dependencies) => ({
  method: 'POST',
  path: '/password',
  access: 'anyone',
  async handle(context) {
    setNextPath(context, '/password')
    const locale = localeOf(context)
    const { email, organization } = parseBody(context, request)
    try {
      await requestPasswordReset(dependencies, {
        email,
        organization,
        locale,
        clientNetwork: clientNetwork(context),
      })
      context.body = renderResetMailPage({ locale, supportContact: dependencies.supportContact })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'email_invalid') throw error
      const message = problemText(locale, error.code).detail
      context.status = httpStatus[error.code]
      context.body = renderForgottenPasswordPage({
        locale,
        organization,
        typed: email,
        errors: [{ field: 'email', message }],
      })
    }
  },
})

/** A mailed link. Looking at it changes nothing, however often and by whomever. */
export const getPasswordLink: Handler = (dependencies) => ({
  method: 'GET',
  path: '/password/:token',
  access: 'anyone',
  async handle(context) {
    setNextPath(context, '/password')
    context.body = await showLink(dependencies, context)
  },
})

const showLink = async (
  dependencies: ApiDependencies,
  context: Context,
  errors?: readonly FieldError[],
): Promise<string> => {
  const { email, withCode } = await readPasswordLink(dependencies, pathPart(context, 'token'))
  return renderPasswordResetPage({
    locale: localeOf(context),
    action: context.path,
    address: email.address,
    withCode,
    errors,
  })
}

const form = z.object({ password: z.string().max(2000), otp: z.string().max(100).optional() })

export const postPasswordLink: Handler = (dependencies) => ({
  method: 'POST',
  path: '/password/:token',
  access: 'anyone',
  async handle(context) {
    setNextPath(context, '/password')
    const { password, otp } = parseBody(context, form)
    try {
      const token = pathPart(context, 'token')
      const shown = { token, password, otp, clientNetwork: clientNetwork(context) }
      const organization = await resetPassword(dependencies, shown)
      context.body = renderPasswordDonePage({ locale: localeOf(context), organization })
    } catch (error) {
      const errors = faultsOf(context, error)
      if (!(error instanceof AppError) || errors === null) throw error
      context.status = httpStatus[error.code]
      context.body = await showLink(dependencies, context, errors)
    }
  },
})

const faultsOf = (context: Context, error: unknown): readonly FieldError[] | null => {
  const locale = localeOf(context)
  if (!(error instanceof AppError)) return null
  return error.code === 'second_factor_required' || error.code === 'proof_invalid'
    ? [{ field: 'otp', message: accountMessagesFor(locale).totp.wrong }]
    : passwordFaults(locale, error)
}

/** Whoever holds the address. */
const accepted = z.object({ state: z.literal('accepted') })

export const postV1PasswordResets: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/password-resets',
  access: 'anyone',
  contract: {
    summary: 'Mail a link that sets a password; the answer is the same for any address',
    body: request,
    answers: { 202: accepted },
    idempotent: {
      without: 'Sent again it mails another link, as often as one address may be mailed at all.',
    },
  },
  async handle(context) {
    const { email, organization } = parseBody(context, request)
    const common = { locale: localeOf(context), clientNetwork: clientNetwork(context) }
    await requestPasswordReset(dependencies, { email, organization, ...common })
    context.status = 202
    context.body = { state: 'accepted' }
  },
})

const body = form.extend({ token: z.string().max(200) })

export const postV1Passwords: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/passwords',
  access: 'anyone',
  contract: {
    summary: 'Set a password by the token of its link',
    body,
    answers: { 204: null },
    idempotent: true,
  },
  async handle(context) {
    const parsed = parseBody(context, body)
    const { token, password, otp } = parsed
    await answerOnce(dependencies, context, {
      owner: { tokenHash: dependencies.keyring.hashToken(token) },
      body: parsed,
      act: (keeping) =>
        resetPassword(keeping, { token, password, otp, clientNetwork: clientNetwork(context) }),
    })
  },
})
