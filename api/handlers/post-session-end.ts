import { paths } from '../../views/paths.js'
import { currentSession } from '../acts/current-session.js'
import { endSession } from '../acts/end-session.js'
import type { Handler } from '../route.js'

/** The sign-out button. Twice is once. */
export const postSessionEnd: Handler = (dependencies) => ({
  method: 'POST',
  path: '/session/end',
  access: 'session',
  formOn: () => paths.home,
  async handle(context) {
    const session = await currentSession(dependencies, context)
    if (session !== null) await endSession(dependencies, context, session)
    context.status = 303
    context.redirect(session === null ? '/' : `/sso/${session.organization.slug}`)
  },
})
