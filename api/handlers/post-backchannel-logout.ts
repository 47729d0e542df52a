import { z } from 'zod'
import { OidcFailure } from '../../domain/oidc-failure.js'
import { openProvider } from '../oidc-provider.js'
import { isUuid, parseBody, pathPart } from '../request.js'
import type { Handler } from '../route.js'

const body = z.object({ logout_token: z.string().min(1).max(8_192) })

/**
 * OpenID Connect Back-Channel Logout 1.0: ends the sessions that were opened through that identity of that provider, and no other.
 * 200 where the token was good, whoever it was about; 400 for everything else, in the words of the specification (2.8).
 */
export const postBackchannelLogout: Handler = (dependencies) => ({
  method: 'POST',
  path: '/backchannel-logout/:provider',
  access: 'anyone',
  async handle(context) {
    const { database, keyring, oidc, log } = dependencies
    const { logout_token: token } = parseBody(context, body)
    const providerId = pathPart(context, 'provider')
    const provider = isUuid(providerId) ? await database.organizations.findProviderById(providerId) : null
    const read = provider === null ? null : oidc.readLogoutToken(openProvider(keyring, provider), token)
    const checked = await Promise.resolve(read).catch((error: unknown) => {
      if (!(error instanceof OidcFailure)) throw error
      log.warn({ error, providerId }, 'logout token could not be checked')
      return null
    })
    if (provider === null || checked === null) {
      context.status = 400
      context.body = { error: 'invalid_request', error_description: 'not a logout token of this provider' }
      return
    }
    const fresh = await database.transaction(async (stores) => {
      const jtiHash = keyring.hashToken(checked.jti)
      if (!(await stores.logoutTokens.use({ providerId, jtiHash, expiresAt: checked.expiresAt })))
        return false
      const { issuer } = provider
      const ended = await stores.logoutTokens.endSessions({ providerId, issuer, subject: checked.subject })
      await stores.audit.record(
        ...ended.map(
          ({ id, userId }) =>
            ({
              event: 'session.ended',
              actor: { kind: 'system' },
              organizationId: provider.organization.id,
              attemptId: null,
              target: { kind: 'session', id },
              data: { how: 'backchannel_logout', user: userId },
            }) as const,
        ),
      )
      return true
    })
    context.status = fresh ? 200 : 400
    context.body = fresh ? {} : { error: 'invalid_request', error_description: 'this token was used before' }
  },
})
