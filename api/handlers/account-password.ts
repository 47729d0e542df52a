import type { Context } from 'koa'
import { z } from 'zod'
import type { FieldError } from '../../domain/errors.js'
import type { Session } from '../../store/sessions.js'
import { renderAccountPasswordPage } from '../../views/pages/account-password.js'
import { accountForm } from '../account-form.js'
import { accountPage } from '../account-page.js'
import { removePassword, setPassword } from '../acts/set-password.js'
import type { ApiDependencies } from '../dependencies.js'
import { passwordFaults } from '../password-page.js'
import { localeOf, parseBody } from '../request.js'

const form = z.object({ password: z.string().max(2000) })

const render = async (
  { database }: ApiDependencies,
  context: Context,
  session: Session,
  errors?: readonly FieldError[],
): Promise<string> => {
  const [methods, emails] = await Promise.all([
    database.signInMethods.list(session.user.id),
    database.users.listEmails(session.user.id),
  ])
  return renderAccountPasswordPage({
    locale: localeOf(context),
    organization: session.organization,
    address: emails[0]?.address,
    hasPassword: methods.password !== null,
    errors,
  })
}

export const getAccountPassword = accountPage('/account/password', render)

export const postAccountPassword = accountForm(
  '/account/password',
  '/account/sign-in',
  (dependencies, actor, context) => setPassword(dependencies, actor, parseBody(context, form).password),
  async (dependencies, actor, context, error) => {
    const errors = passwordFaults(localeOf(context), error)
    return errors === null ? null : render(dependencies, context, actor.session, errors)
  },
)

export const postAccountPasswordRemove = accountForm(
  '/account/password/remove',
  '/account/sign-in',
  (dependencies, actor) => removePassword(dependencies, actor),
)
