import { z } from 'zod'
import { isUuid } from '../../domain/uuid.js'
import { logOutByProvider } from '../acts/log-out-by-provider.js'
import { clientNetwork, parseBody, pathPart } from '../request.js'
import type { Handler } from '../route.js'

const body = z.object({ logout_token: z.string().min(1).max(8_192) })

const refusals = {
  none: 'not a logout token of this provider',
  used: 'this token was used before',
} as const

/**
 * OpenID Connect Back-Channel Logout 1.0: 200 where the token was good, whoever it was about; 400 for everything else, in the words of
 * the specification (2.8).
 */
export const postBackchannelLogout: Handler = (dependencies) => ({
  method: 'POST',
  path: '/backchannel-logout/:provider',
  access: 'anyone',
  async handle(context) {
    const { logout_token: token } = parseBody(context, body)
    const providerId = pathPart(context, 'provider')
    const posted = { providerId, token, clientNetwork: clientNetwork(context) }
    const done = isUuid(providerId) ? await logOutByProvider(dependencies, posted) : 'none'
    context.status = done === 'ended' ? 200 : 400
    context.body = done === 'ended' ? {} : { error: 'invalid_request', error_description: refusals[done] }
  },
})
