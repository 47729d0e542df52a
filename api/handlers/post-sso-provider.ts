import { z } from 'zod'
import { currentSession } from '../acts/current-session.js'
import { startAttempt } from '../acts/start-attempt.js'
import { attemptsOfBrowser, setAttemptSecret } from '../cookies.js'
import { clientNetwork, localeOf, parseBody, pathPart, queryValue } from '../request.js'
import type { Handler } from '../route.js'

const form = z.object({
  return_to: z.string().optional(),
  login_hint: z.string().max(200).optional(),
  invitation: z.string().max(200).optional(),
})

export const postSsoProvider: Handler = (dependencies) => ({
  method: 'POST',
  path: '/sso/:organization/:provider',
  access: 'anyone',
  async handle(context) {
    const query = {
      return_to: queryValue(context, 'return_to'),
      login_hint: queryValue(context, 'login_hint'),
      invitation: queryValue(context, 'invitation'),
    }
    const { return_to: returnTo, login_hint: loginHint, invitation } = parseBody(context, form, { query })
    const attempt = await startAttempt(dependencies, {
      organization: pathPart(context, 'organization'),
      provider: pathPart(context, 'provider'),
      returnTo,
      loginHint,
      invitation,
      locale: localeOf(context),
      clientNetwork: clientNetwork(context),
      session: await currentSession(dependencies, context),
      attemptsOfBrowser: attemptsOfBrowser(context),
    })
    setAttemptSecret(context, attempt.id, attempt.browserSecret)
    context.status = 303
    context.redirect(attempt.authorizationUrl.href)
  },
})
