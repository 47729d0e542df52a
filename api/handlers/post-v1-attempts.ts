import { z } from 'zod'
import { AppError } from '../../domain/errors.js'
import { sessionOfBrowser } from '../acts/current-session.js'
import { startAttempt } from '../acts/start-attempt.js'
import { attemptsOfBrowser, setAttemptSecret } from '../cookies.js'
import { hostPageOf, mayReach } from '../host-page.js'
import { clientNetwork, localeOf, parseBody } from '../request.js'
import type { Handler } from '../route.js'
import { startedAttemptSchema } from '../schemas.js'

const body = z.object({
  organization: z.string().min(1).max(63),
  provider: z.string().min(1).max(63),
  return_to: z.string().optional(),
  /** Page of a registered application that asks for the decision, at one of its return paths; ours where absent. */
  decision_page: z.string().optional(),
  login_hint: z.string().max(200).optional(),
  /** Token of an invitation: it counts whatever address it was sent to. */
  invitation: z.string().max(200).optional(),
})

export const postV1Attempts: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/attempts',
  access: 'anyone',
  forHosts: true,
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
    const hostPage = hostPageOf(context)
    if (hostPage?.organizations.every(({ slug }) => slug !== input.organization) === true)
      throw new AppError('provider_unknown')
    const session = await sessionOfBrowser(dependencies, context)
    const attempt = await startAttempt(dependencies, {
      organization: input.organization,
      provider: input.provider,
      returnTo: input.return_to,
      decisionPage: input.decision_page,
      loginHint: input.login_hint,
      invitation: input.invitation,
      locale: localeOf(context),
      clientNetwork: clientNetwork(context),
      session,
      knowsSession: session !== null && mayReach(context, session.organization.id),
      attemptsOfBrowser: attemptsOfBrowser(context),
      hostOrigin: hostPage?.origin,
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
