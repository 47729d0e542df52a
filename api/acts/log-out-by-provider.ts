import { AppError } from '../../domain/errors.js'
import { badLogoutTokens } from '../../domain/logout-limits.js'
import { OidcFailure } from '../../domain/oidc-failure.js'
import type { LogoutToken } from '../../clients/logout-token.js'
import type { Provider } from '../../store/organizations.js'
import type { ApiDependencies } from '../dependencies.js'
import { openProvider } from '../oidc-provider.js'

interface PostedToken {
  readonly providerId: string
  readonly token: string
  readonly clientNetwork: string
}

type Dependencies = Pick<ApiDependencies, 'database' | 'keyring' | 'oidc' | 'log'>

/**
 * Ends the sessions that were opened through the identity that a back-channel logout token of its provider names, and no other.
 * @returns `ended` where the token was good, whoever it was about; `used` where it was before; `none` where it is no such token
 * @throws AppError `rate_limited` to a network that has sent many that were none
 */
export const logOutByProvider = async (
  dependencies: Dependencies,
  { providerId, token, clientNetwork }: PostedToken,
): Promise<'ended' | 'used' | 'none'> => {
  const { database } = dependencies
  const bad = { limit: badLogoutTokens, of: clientNetwork }
  const wait = await database.rateLimits.wait(bad)
  if (wait > 0) throw new AppError('rate_limited', { retryAfter: wait })
  const provider = await database.organizations.findProviderById(providerId)
  const checked = provider === null ? null : await readToken(dependencies, provider, token)
  if (provider === null || checked === null) {
    await database.rateLimits.take(bad)
    return 'none'
  }
  return endSessions(dependencies, provider, checked)
}

const readToken = async (
  { keyring, log, oidc }: Dependencies,
  provider: Provider,
  token: string,
): Promise<LogoutToken | null> => {
  try {
    return await oidc.readLogoutToken(openProvider(keyring, provider), token)
  } catch (error) {
    if (!(error instanceof OidcFailure)) throw error
    log.warn({ error, providerId: provider.id }, 'logout token could not be checked')
    return null
  }
}

const endSessions = (
  { database, keyring }: Dependencies,
  { id: providerId, issuer, organization }: Provider,
  { jti, expiresAt, subject }: LogoutToken,
): Promise<'ended' | 'used'> =>
  database.transaction(async (stores) => {
    const jtiHash = keyring.hashToken(jti)
    if (!(await stores.logoutTokens.use({ providerId, jtiHash, expiresAt }))) return 'used'
    const ended = await stores.logoutTokens.endSessions({ providerId, issuer, subject })
    await stores.audit.record(
      ...ended.map(({ id, userId }) => ({
        event: 'session.ended' as const,
        actor: { kind: 'system' } as const,
        organizationId: organization.id,
        attemptId: null,
        target: { kind: 'session' as const, id },
        data: { reason: 'backchannel_logout', user: userId },
      })),
    )
    return 'ended'
  })
