import { currentSession } from '../acts/current-session.js'
import { ownAttempt } from '../acts/own-attempt.js'
import { proveByIdentity } from '../acts/prove-by-identity.js'
import { attemptsOfBrowser, setAttemptSecret } from '../cookies.js'
import { proofBody } from '../proof-body.js'
import { clientNetwork, localeOf, parseBody } from '../request.js'
import type { Handler } from '../route.js'
import { startedAttemptSchema } from '../schemas.js'

export const postV1AttemptProofs: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/attempts/:attempt/proofs',
  access: 'attempt',
  contract: {
    summary: 'Prove an account, so that an identity can be connected to it',
    body: proofBody,
    answers: { 201: startedAttemptSchema },
  },
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
    context.status = 201
    context.body = {
      id: child.id,
      authorization_url: child.authorizationUrl.href,
      expires_at: child.expiresAt.toISOString(),
    }
  },
})
