import { z } from 'zod'
import { AppError } from '../../domain/errors.js'
import { accountMessagesFor } from '../../views/account-messages.js'
import { problemText } from '../../views/problem-text.js'
import { accountActor } from '../account-actor.js'
import { renderAccount } from '../account-view.js'
import { addEmail } from '../acts/add-email.js'
import { httpStatus } from '../http-status.js'
import { localeOf, parseBody, setNextPath } from '../request.js'
import type { Handler } from '../route.js'

const form = z.object({ email: z.string().max(1000) })

/** Adds an address; shows the page again with what was wrong where it is none. */
export const postAccountEmails: Handler = (dependencies) => ({
  method: 'POST',
  path: '/account/emails',
  access: 'session',
  async handle(context) {
    setNextPath(context, '/account')
    const actor = await accountActor(dependencies, context)
    const { email } = parseBody(context, form)
    try {
      await addEmail(dependencies, actor, email)
      context.status = 303
      context.redirect('/account')
    } catch (error) {
      if (!(error instanceof AppError) || !(error.code === 'email_invalid' || error.code === 'email_taken'))
        throw error
      const locale = localeOf(context)
      const message =
        error.code === 'email_taken'
          ? accountMessagesFor(locale).addresses.exists
          : problemText(locale, error.code).detail
      context.status = httpStatus[error.code]
      context.body = await renderAccount(dependencies, context, actor.session, {
        errors: [{ field: 'email', message }],
        typed: email,
      })
    }
  },
})
