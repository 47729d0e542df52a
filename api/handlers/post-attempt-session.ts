import { paths } from '../../views/paths.js'
import { currentSession } from '../acts/current-session.js'
import { ownAttempt } from '../acts/own-attempt.js'
import { redeem } from '../acts/redeem.js'
import { setSessionToken } from '../cookies.js'
import { clientNetwork, pathPart } from '../request.js'
import type { Handler } from '../route.js'

/** "Continue" on the outcome page. */
export const postAttemptSession: Handler = (dependencies) => ({
  method: 'POST',
  path: '/attempts/:attempt/session',
  access: 'attempt',
  formOn: (context) => paths.attemptPage(pathPart(context, 'attempt')),
  async handle(context) {
    const attempt = await ownAttempt(dependencies, context)
    const former = await currentSession(dependencies, context)
    setSessionToken(context, await redeem(dependencies, attempt, former, clientNetwork(context)))
    context.status = 303
    context.redirect(attempt.returnTo)
  },
})
