import { renderAccountPage } from '../../views/pages/account.js'
import { currentSession } from '../acts/current-session.js'
import { localeOf } from '../request.js'
import type { Handler } from '../route.js'

/** Who is signed in here, and how its addresses stand. */
export const getAccount: Handler = (dependencies) => ({
  method: 'GET',
  path: '/account',
  access: 'session',
  async handle(context) {
    const session = await currentSession(dependencies, context)
    if (session === null) {
      context.status = 303
      context.redirect('/')
      return
    }
    const { users, mail } = dependencies.database
    const [emails, mails] = await Promise.all([
      users.listEmails(session.user.id),
      mail.statesForUser(session.user.id),
    ])
    context.body = renderAccountPage({
      locale: localeOf(context),
      now: new Date(),
      user: { name: session.user.name === '' ? undefined : session.user.name },
      organization: session.organization,
      provider:
        session.providerDisplayName === null ? undefined : { displayName: session.providerDisplayName },
      addresses: emails.map((email) => ({
        address: email.address,
        primary: email.isPrimary,
        confirmed: email.verified,
        mail: mails.find(({ userEmailId }) => userEmailId === email.id),
      })),
    })
  },
})
