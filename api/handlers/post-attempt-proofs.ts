import { currentSession } from '../acts/current-session.js'
import { ownAttempt } from '../acts/own-attempt.js'
import { proveByIdentity } from '../acts/prove-by-identity.js'
import { attemptsOfBrowser, setAttemptSecret } from '../cookies.js'
import { proofBody } from '../proof-body.js'
import { clientNetwork, localeOf, parseBody } from '../request.js'
import type { Handler } from '../route.js'

/** The buttons that lead to another provider, to prove an account there. */
export const postAttemptProofs: Handler = (dependencies) => ({
  method: 'POST',
  path: '/attempts/:attempt/proofs',
  access: 'attempt',
  async handle(context) {
    const attempt = await ownAttempt(dependencies, context)
    const { provider, login_hint: loginHint } = parseBody(context, proofBody)
    const child = await proveByIdentity(dependencies, attempt, {
      provider,
      loginHint,
      locale: localeOf(context),
      clientNetwork: clientNetwork(context),
      session: await currentSession(dependencies, context),
      attemptsOfBrowser: attemptsOfBrowser(context),
    })
    setAttemptSecret(context, child.id, child.browserSecret)
    context.status = 303
    context.redirect(child.authorizationUrl.href)
  },
})
