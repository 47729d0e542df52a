import type { OidcProvider } from '../../clients/oidc.js'

/** The provider where staff sign in; apart from every organization's. */
export const staffProviderOf = (oidc: {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | null
}): OidcProvider => ({ id: 'staff', ...oidc, clientAuthentication: null })
