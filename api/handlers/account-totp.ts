import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../../domain/errors.js'
import type { FieldError } from '../../domain/errors.js'
import { accountMessagesFor } from '../../views/account-messages.js'
import { renderAccountTotpPage, renderRecoveryCodesPage } from '../../views/pages/account-totp.js'
import { accountForm } from '../account-form.js'
import { accountPage } from '../account-page.js'
import { beginTotp, confirmTotp, disableTotp, pendingTotp, renewRecoveryCodes } from '../acts/change-totp.js'
import type { TotpEnrolment } from '../acts/change-totp.js'
import type { Session } from '../../store/sessions.js'
import { localeOf, parseBody } from '../request.js'

const form = z.object({ otp: z.string().max(100) })

const enrolmentPage = (
  context: Context,
  session: Session,
  enrolment: TotpEnrolment | null,
  errors?: readonly FieldError[],
): string => {
  if (enrolment === null) throw new AppError('not_found', { nextPath: '/account/sign-in' })
  return renderAccountTotpPage({
    locale: localeOf(context),
    organization: session.organization,
    ...enrolment,
    errors,
  })
}

const codesPage = (context: Context, session: Session, codes: readonly string[]): string =>
  renderRecoveryCodesPage({ locale: localeOf(context), organization: session.organization, codes })

/** The secret that waits for its first code. */
export const getAccountTotp = accountPage('/account/totp', async (dependencies, context, session) =>
  enrolmentPage(context, session, await pendingTotp(dependencies, session)),
)

export const postAccountTotpBegin = accountForm(
  '/account/totp/begin',
  '/account/totp',
  (dependencies, actor) => beginTotp(dependencies, actor),
)

export const postAccountTotp = accountForm(
  '/account/totp',
  '/account/sign-in',
  async (dependencies, actor, context) =>
    codesPage(context, actor.session, await confirmTotp(dependencies, actor, parseBody(context, form).otp)),
  async (dependencies, { session }, context, error) => {
    if (error.code !== 'proof_invalid') return null
    const message = accountMessagesFor(localeOf(context)).totp.wrong
    return enrolmentPage(context, session, await pendingTotp(dependencies, session), [
      { field: 'otp', message },
    ])
  },
)

export const postAccountRecoveryCodes = accountForm(
  '/account/totp/recovery-codes',
  '/account/sign-in',
  async (dependencies, actor, context) =>
    codesPage(context, actor.session, await renewRecoveryCodes(dependencies, actor)),
)

export const postAccountTotpDisable = accountForm(
  '/account/totp/disable',
  '/account/sign-in',
  (dependencies, actor) => disableTotp(dependencies, actor),
)
