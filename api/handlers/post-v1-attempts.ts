import { z } from 'zod'
import { currentSession } from '../acts/current-session.js'
import { startAttempt } from '../acts/start-attempt.js'
import { attemptsOfBrowser, setAttemptSecret } from '../cookies.js'
import { clientNetwork, localeOf, parseBody } from '../request.js'
import type { Handler } from '../route.js'
import { startedAttemptSchema } from '../schemas.js'

const body = z.object({
  organization: z.string().min(1).max(63),
  provider: z.string().min(1).max(63),
  return_to: z.string().optional(),
  login_hint: z.string().max(200).optional(),
  /** Token of an invitation: it counts whatever address it was sent to. */
  invitation: z.string().max(200).optional(),
})

export const postV1Attempts: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/attempts',
  access: 'anyone',
  contract: {
    summary: 'Begin a sign-in',
    body,
    answers: { 201: startedAttemptSchema },
    idempotent: {
      without:
        'Sent again it begins another one, whose secret only the new answer’s cookie holds; the first expires.',
    },
  },
  async handle(context) {
    const input = parseBody(context, body)
    const attempt = await startAttempt(dependencies, {
      organization: input.organization,
      provider: input.provider,
      returnTo: input.return_to,
      loginHint: input.login_hint,
      invitation: input.invitation,
      locale: localeOf(context),
      clientNetwork: clientNetwork(context),
      session: await currentSession(dependencies, context),
      attemptsOfBrowser: attemptsOfBrowser(context),
    })
    setAttemptSecret(context, attempt.id, attempt.browserSecret)
    context.status = 201
    context.body = {
      id: attempt.id,
      authorization_url: attempt.authorizationUrl.href,
      expires_at: attempt.expiresAt.toISOString(),
    }
  },
})
