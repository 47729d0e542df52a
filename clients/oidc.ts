import * as oidc from 'openid-client'
import type { RawClaims } from '../domain/identity-claims.js'
import { OidcFailure } from '../domain/oidc-failure.js'
import { freshMinutes } from '../domain/reauthentication.js'
import { createLogoutKeys, verifyLogoutToken } from './logout-token.js'
import type { LogoutKeys, LogoutToken } from './logout-token.js'
import { readIdentityFailure, readProviderFailure } from './oidc-failures.js'
import { createProviderFetch } from './provider-fetch.js'

/** A provider's settings with its secret opened. */
export interface OidcProvider {
  readonly id: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | null
  /** Null: what the provider's metadata says, `client_secret_basic` where it is silent (OIDC Discovery 1.0, 3). */
  readonly clientAuthentication: 'client_secret_basic' | 'client_secret_post' | 'none' | null
}

/** What is kept between the redirect and the answer. */
export interface AuthorizationRequest {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  /** One per provider; from configuration, never from a request. */
  readonly redirectUri: string
}

/** A provider's word about one person, signature and all claims checked. */
export interface Assertion {
  readonly idToken: RawClaims
  /** Fetched where the ID token lacks profile claims, or where everything is asked for. */
  readonly userinfo: RawClaims | null
}

interface AuthorizationOptions {
  readonly loginHint?: string | undefined
  /** The person has to sign in there anew: a session that the provider has is not enough (OIDC Core 3.1.2.1). */
  readonly signInAnew?: boolean
}

interface ExchangeOptions {
  readonly wholeUserinfo?: boolean
}

export interface OidcClient {
  /** @throws OidcFailure where the provider's metadata cannot be had or used */
  authorizationUrl(
    provider: OidcProvider,
    request: AuthorizationRequest,
    options?: AuthorizationOptions,
  ): Promise<URL>
  /**
   * Exchanges the code and checks everything: `iss` (RFC 9207), state, nonce, PKCE, issuer, audience, times, signature, and the
   * subject of userinfo.
   * @param answer query of the callback as it came
   * @param options.wholeUserinfo userinfo is asked wherever there is one, for claims that the ID token need not have
   * @throws OidcFailure
   */
  exchange(
    provider: OidcProvider,
    request: AuthorizationRequest,
    answer: URLSearchParams,
    options?: ExchangeOptions,
  ): Promise<Assertion>
  /**
   * A back-channel logout token of this provider, checked; null for anything else.
   * @throws OidcFailure where the provider's metadata cannot be had or used
   */
  readLogoutToken(provider: OidcProvider, token: string): Promise<LogoutToken | null>
}

export interface OidcClientOptions {
  /** Plain http to loopback, for the embedded stack. Never in production (`config.ts`). */
  readonly allowLoopbackHttp: boolean
}

const timeoutSeconds = 3
/** A year asks nobody to sign in anew; a provider that is sent any age has to tell `auth_time` (OIDC Core 3.1.2.1). */
const anyAgeSeconds = 365 * 24 * 3600
/** Below the 300 s after which the library forgets keys, so that each set of keys is one that `rememberKeys` dated. */
const metadataLifeMs = 4 * 60_000

interface Known {
  readonly settings: string
  readonly until: number
  readonly configuration: Promise<oidc.Configuration>
}

export const createOidcClient = (options: OidcClientOptions): OidcClient => {
  const fetch = createProviderFetch({ allowLoopback: options.allowLoopbackHttp })
  const known = new Map<string, Known>()
  const logoutKeys = new Map<string, { readonly jwksUri: string; readonly keys: LogoutKeys }>()

  const logoutKeysOf = (providerId: string, jwksUri: string): LogoutKeys => {
    const kept = logoutKeys.get(providerId)
    if (kept?.jwksUri === jwksUri) return kept.keys
    const keys = createLogoutKeys(jwksUri, fetch as typeof globalThis.fetch)
    logoutKeys.set(providerId, { jwksUri, keys })
    return keys
  }

  const configurationOf = (provider: OidcProvider): Promise<oidc.Configuration> => {
    const settings = JSON.stringify(provider)
    const cached = known.get(provider.id)
    if (cached?.settings === settings && cached.until > Date.now()) return cached.configuration
    const configuration = discover(provider, fetch, options).catch(readProviderFailure)
    known.set(provider.id, { settings, until: Date.now() + metadataLifeMs, configuration })
    configuration.catch(() => {
      if (known.get(provider.id)?.configuration === configuration) known.delete(provider.id)
    })
    return configuration
  }

  return {
    async authorizationUrl(provider, request, { loginHint, signInAnew = false } = {}) {
      const configuration = await configurationOf(provider)
      const challenge = await oidc.calculatePKCECodeChallenge(request.codeVerifier)
      try {
        return oidc.buildAuthorizationUrl(configuration, {
          redirect_uri: request.redirectUri,
          scope: 'openid email profile',
          state: request.state,
          nonce: request.nonce,
          code_challenge: challenge,
          code_challenge_method: 'S256',
          ...(loginHint === undefined ? {} : { login_hint: loginHint }),
          // Both: a provider that does not know how old a sign-in is asks for a new one all the same.
          ...(signInAnew
            ? { prompt: 'login', max_age: String(freshMinutes * 60) }
            : { max_age: String(anyAgeSeconds) }),
        })
      } catch (error) {
        return readProviderFailure(error)
      }
    },
    async exchange(provider, request, answer, options = {}) {
      const configuration = await configurationOf(provider)
      try {
        return await exchange(configuration, request, answer, options)
      } catch (error) {
        return readIdentityFailure(error)
      }
    },
    async readLogoutToken(provider, token) {
      const { issuer, jwks_uri: jwksUri, ...metadata } = (await configurationOf(provider)).serverMetadata()
      if (jwksUri === undefined) return null
      return verifyLogoutToken({
        token,
        issuer,
        clientId: provider.clientId,
        keys: logoutKeysOf(provider.id, jwksUri),
        algorithms: metadata.id_token_signing_alg_values_supported ?? ['RS256'],
      })
    },
  }
}

const exchange = async (
  configuration: oidc.Configuration,
  request: AuthorizationRequest,
  answer: URLSearchParams,
  { wholeUserinfo = false }: ExchangeOptions,
): Promise<Assertion> => {
  const url = new URL(request.redirectUri)
  url.search = answer.toString()
  const tokens = await oidc.authorizationCodeGrant(configuration, url, {
    expectedState: request.state,
    expectedNonce: request.nonce,
    pkceCodeVerifier: request.codeVerifier,
    idTokenExpected: true,
  })
  const idToken = tokens.claims()
  if (idToken === undefined) throw new OidcFailure('provider', 'no_id_token')
  // The library looks at it only beside several audiences; a token that names another client was made for that one (OIDC Core 2).
  if (idToken['azp'] !== undefined && idToken['azp'] !== configuration.clientMetadata().client_id) {
    throw new OidcFailure('identity', 'unexpected ID Token "azp" claim value')
  }
  const needsUserinfo =
    (wholeUserinfo || lacksProfile(idToken)) && configuration.serverMetadata().userinfo_endpoint !== undefined
  const userinfo = needsUserinfo
    ? await oidc.fetchUserInfo(configuration, tokens.access_token, idToken.sub)
    : null
  return { idToken, userinfo }
}

const discover = async (
  provider: OidcProvider,
  fetch: oidc.CustomFetch,
  { allowLoopbackHttp }: OidcClientOptions,
): Promise<oidc.Configuration> => {
  const issuer = new URL(provider.issuer)
  const configuration = await oidc.discovery(issuer, provider.clientId, {}, clientAuthentication(provider), {
    timeout: timeoutSeconds,
    [oidc.customFetch]: fetch,
    // The library checks an ID token's signature on the code flow only when told to (OIDC Core 3.1.3.7, 6 allows leaving it).
    // Insecure requests reach loopback at most: `fetch` sees to that.
    execute: [oidc.enableNonRepudiationChecks, ...(allowLoopbackHttp ? [oidc.allowInsecureRequests] : [])],
  })
  const metadata = configuration.serverMetadata()
  // The library takes any tenant's word for some hosts of one vendor; ours is the issuer that was configured, and no other.
  if (new URL(metadata.issuer).href !== issuer.href)
    throw new OidcFailure('provider', 'metadata of another issuer')
  await rememberKeys(configuration, fetch).catch(() => undefined)
  return configuration
}

/**
 * Fetches the provider's keys and dates them a minute back. The library looks for new keys only once those that it has are a
 * minute old: so it does at the first token that names a key it does not know, and once a minute from then on. Without keys it
 * fetches them when it needs them, and says what is wrong with them.
 */
const rememberKeys = async (configuration: oidc.Configuration, fetch: oidc.CustomFetch): Promise<void> => {
  const { jwks_uri: url } = configuration.serverMetadata()
  if (url === undefined) return
  const signal = AbortSignal.timeout(timeoutSeconds * 1000)
  const headers = { accept: 'application/json' }
  const response = await fetch(url, { method: 'GET', headers, body: undefined, redirect: 'manual', signal })
  const jwks = (await response.json()) as oidc.JWKS
  if (response.status === 200)
    oidc.setJwksCache(configuration, { jwks, uat: Math.floor(Date.now() / 1000) - 60 })
}

const clientAuthentication = ({
  clientSecret,
  clientAuthentication: method,
}: OidcProvider): oidc.ClientAuth => {
  if (clientSecret === null || method === 'none') return oidc.None()
  const basic = oidc.ClientSecretBasic(clientSecret)
  const post = oidc.ClientSecretPost(clientSecret)
  return (as, client, body, headers) => {
    const supported = as.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const offersPostOnly =
      supported.includes('client_secret_post') && !supported.includes('client_secret_basic')
    const chosen = method ?? (offersPostOnly ? 'client_secret_post' : 'client_secret_basic')
    return (chosen === 'client_secret_post' ? post : basic)(as, client, body, headers)
  }
}

const lacksProfile = ({ email, name }: RawClaims): boolean =>
  typeof email !== 'string' || typeof name !== 'string'
