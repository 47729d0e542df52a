import { z } from 'zod'
import { accountMessagesFor } from '../../views/account-messages.js'
import { problemText } from '../../views/problem-text.js'
import { accountForm } from '../account-form.js'
import { renderAccount } from '../account-view.js'
import { addEmail } from '../acts/add-email.js'
import { localeOf, parseBody } from '../request.js'

const form = z.object({ email: z.string().max(1000) })

/** Adds an address; shows the page again with what was wrong where it is none. */
export const postAccountEmails = accountForm(
  '/account/emails',
  '/account',
  async (dependencies, actor, context) => {
    await addEmail(dependencies, actor, parseBody(context, form).email)
  },
  (dependencies, { session }, context, { code }) => {
    const isOwn = code === 'email_taken' || code === 'already_confirmed'
    if (code !== 'email_invalid' && !isOwn) return null
    const locale = localeOf(context)
    const message = isOwn ? accountMessagesFor(locale).addresses.exists : problemText(locale, code).detail
    return renderAccount(dependencies, context, session, {
      errors: [{ field: 'email', message }],
      typed: parseBody(context, form).email,
    })
  },
)
