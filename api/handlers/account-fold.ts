import type { Context } from 'koa'
import { z } from 'zod'
import type { AppError, FieldError } from '../../domain/errors.js'
import { accountMessagesFor } from '../../views/account-messages.js'
import { renderAccountFoldPage } from '../../views/pages/account-fold.js'
import { problemText } from '../../views/problem-text.js'
import { accountActor } from '../account-actor.js'
import { accountForm } from '../account-form.js'
import { accountPage } from '../account-page.js'
import { foldAccount } from '../acts/fold-account.js'
import { clearSessionToken, setSessionToken } from '../cookies.js'
import { localeOf, parseBody } from '../request.js'
import type { Handler } from '../route.js'

const body = z.object({
  email: z.string().max(1000),
  password: z.string().max(2000),
  otp: z.string().max(100).optional(),
})

const keep = (context: Context, token: string | null): void => {
  if (token === null) clearSessionToken(context)
  else setSessionToken(context, token)
}

export const getAccountFormer = accountPage('/account/former', (_, context, session) =>
  Promise.resolve(renderAccountFoldPage({ locale: localeOf(context), organization: session.organization })),
)

export const postAccountFormer = accountForm(
  '/account/former',
  '/account',
  async (dependencies, actor, context) => {
    const { email, password, otp } = parseBody(context, body)
    keep(context, await foldAccount(dependencies, actor, { email, password, otp }))
  },
  (_, { session }, context, error) => {
    const locale = localeOf(context)
    const field = fieldOf(error)
    if (field === null) return null
    const { email } = parseBody(context, body)
    const message =
      field === 'otp' ? problemText(locale, error.code).detail : accountMessagesFor(locale).byPassword.wrong
    const shown: readonly FieldError[] = [{ field, message }]
    return renderAccountFoldPage({ locale, organization: session.organization, errors: shown, typed: email })
  },
)

const fieldOf = ({ code }: AppError): 'otp' | 'password' | null => {
  if (code === 'second_factor_required') return 'otp'
  return code === 'proof_invalid' ? 'password' : null
}

export const postV1MeFold: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/me/fold',
  access: 'session',
  contract: {
    summary: 'Move this account, which has no confirmed address, into one that the person had before',
    body,
    answers: { 204: null },
  },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    const { email, password, otp } = parseBody(context, body)
    keep(context, await foldAccount(dependencies, actor, { email, password, otp }))
    context.status = 204
  },
})
