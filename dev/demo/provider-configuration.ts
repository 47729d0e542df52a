import type { Configuration, JWKS, KoaContextWithOIDC } from 'oidc-provider'
import { createMemoryAdapter } from './memory-adapter.js'
import { claimsOf } from './personas.js'

/** The support console at the demo provider. */
export const staffClient = { id: 'auth-pipeline-support', secret: 'demo-staff-secret' } as const

type ProviderSettings = {
  readonly apiOrigin: string
  readonly supportOrigin: string | undefined
  readonly clientSecret: string
  readonly jwks: JWKS
  readonly policy: NonNullable<Configuration['interactions']>['policy']
  readonly showError: (
    ctx: KoaContextWithOIDC,
    error: { error: string; error_description?: string | undefined },
  ) => void
}

/**
 * What the demo provider is: one confidential client, code flow with PKCE, claims in the ID token as many
 * real providers send them, and no consent page (granting is what the person came for).
 */
export function providerConfiguration(settings: ProviderSettings): Configuration {
  return {
    adapter: createMemoryAdapter(),
    jwks: settings.jwks,
    clients: [
      {
        client_id: 'auth-pipeline',
        client_name: 'auth-pipeline',
        client_secret: settings.clientSecret,
        redirect_uris: [`${settings.apiOrigin}/callback/any`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_basic',
        require_auth_time: true,
      },
      ...(settings.supportOrigin === undefined
        ? []
        : [
            {
              client_id: staffClient.id,
              client_name: 'auth-pipeline support',
              client_secret: staffClient.secret,
              redirect_uris: [`${settings.supportOrigin}/sign-in/callback`],
              response_types: ['code' as const],
              grant_types: ['authorization_code'],
              token_endpoint_auth_method: 'client_secret_basic' as const,
            },
          ]),
    ],
    clientAuthMethods: ['client_secret_basic'],
    clientBasedCORS: () => false,
    responseTypes: ['code'],
    scopes: ['openid'],
    claims: {
      openid: ['sub', 'roles', 'organizations'],
      profile: ['name', 'locale'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    // Other parts of the stack share the host, and with it the cookie jar (cookies know no ports).
    cookies: { names: { session: 'demo_session', interaction: 'demo_interaction', resume: 'demo_resume' } },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: {
      policy: settings.policy,
      url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
    },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 3600,
      Session: 60,
    },
    expiresWithSession: () => false,
    findAccount: (_ctx, subject) => ({
      accountId: subject,
      claims: () => ({ sub: subject, ...claimsOf(subject) }),
    }),
    loadExistingGrant: grantEverything,
    renderError: settings.showError,
  }
}

async function grantEverything({ oidc }: KoaContextWithOIDC) {
  const { client, session } = oidc
  if (!client || !session?.accountId) return undefined
  const grant = new oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope('openid profile email')
  await grant.save()
  return grant
}
