import type { Keyring } from '../clients/keyring.js'
import type { AuthorizationRequest, OidcProvider } from '../clients/oidc.js'
import type { Attempt } from '../store/attempts.js'
import type { Provider } from '../store/organizations.js'

/** A stored provider with its secret opened. */
export const openProvider = (keyring: Keyring, provider: Provider): OidcProvider => ({
  id: provider.id,
  issuer: provider.issuer,
  clientId: provider.clientId,
  clientSecret:
    provider.clientSecret === null ? null : keyring.open('client-secret', provider.id, provider.clientSecret),
  clientAuthentication: provider.clientAuthentication,
})

/** The redirect URI of a provider: one each, so that no provider's answer is taken for another's (RFC 9700, mix-up). */
export const redirectUri = (publicOrigin: string, providerId: string): string =>
  `${publicOrigin}/callback/${providerId}`

/** What is kept, sealed, between redirect and answer; the state itself comes back with the answer. */
export interface KeptRequest extends Pick<AuthorizationRequest, 'nonce' | 'codeVerifier'> {
  /** Whom the person was sent to: nobody else is shown code, verifier and client secret. */
  readonly issuer: string
}

/** @returns null where nothing is kept, or the provider has another issuer since */
export const openKeptRequest = (keyring: Keyring, attempt: Attempt): KeptRequest | null => {
  if (attempt.providerRequest === null) return null
  const kept = JSON.parse(
    keyring.open('provider-request', attempt.id, attempt.providerRequest),
  ) as KeptRequest
  return kept.issuer === attempt.provider.issuer ? kept : null
}
