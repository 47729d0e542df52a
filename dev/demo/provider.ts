import type { Provider } from 'oidc-provider'
import { listenOnLoopback } from './listen.js'
import type { DemoLog } from './log.js'
import { demoSite } from './demo-site.js'
import { providerConfiguration } from './provider-configuration.js'
import { createProviderRoutes, showProviderError } from './provider-routes.js'
import { readSigningKeys } from './signing-keys.js'
import { signInOneAtATime } from './sign-in-one-at-a-time.js'

type DemoProviderOptions = {
  readonly port: number
  readonly apiOrigin: string
  /** The support console, where its staff sign in here too. */
  readonly supportOrigin?: string
  readonly dataDir: string
  readonly clientSecret: string
  readonly log: DemoLog
  /** Where the demo page finds the inbox; without it the page does not mention one. */
  readonly inboxUrl?: string
}

/**
 * A real OpenID Provider on 127.0.0.1 whose people are the personas. Client `auth-pipeline` with
 * `client_secret_basic`; any redirect URI `<apiOrigin>/callback/<uuid>`. Port 0 takes a free one. Its
 * signing key is kept in `dataDir`; everything else is in memory.
 */
export async function startDemoProvider(
  options: DemoProviderOptions,
): Promise<{ issuer: string; close(): Promise<void> }> {
  const { origin, close } = await listenOnLoopback(options.port, async (issuer) => {
    const provider = await createProvider(issuer, options)
    provider.use(
      demoSite({
        formTargets: [
          options.apiOrigin,
          ...(options.supportOrigin === undefined ? [] : [options.supportOrigin]),
          // A sign-in may end at an application of whoever tries this out.
          'http://127.0.0.1:*',
        ],
      }),
    )
    provider.use(createProviderRoutes(provider, options))
    provider.use(signInOneAtATime(provider))
    return provider.callback()
  })
  return { issuer: origin, close }
}

async function createProvider(issuer: string, options: DemoProviderOptions): Promise<Provider> {
  const { apiOrigin, clientSecret, dataDir, log, supportOrigin } = options
  const { Provider, interactionPolicy } = await importQuietly(log)
  const policy = interactionPolicy.base()
  policy.remove('consent')
  const provider = new Provider(
    issuer,
    providerConfiguration({
      apiOrigin,
      supportOrigin,
      clientSecret,
      policy,
      jwks: readSigningKeys(dataDir),
      showError: showProviderError(apiOrigin),
    }),
  )
  // The provider ids of the API are made with its database: any of them may come back here.
  provider.Client.prototype.redirectUriAllowed = (uri: string) =>
    isCallbackOf(apiOrigin, uri) || uri === `${supportOrigin ?? ''}/sign-in/callback`
  provider.on('server_error', (_ctx, error) => log.warn({ err: error }, 'demo provider failed'))
  return provider
}

/** The library speaks to the console when it is loaded; what it says there belongs in the log. */
async function importQuietly(log: DemoLog): Promise<typeof import('oidc-provider')> {
  const { warn } = console
  console.warn = (notice: string) => log.info({ notice }, 'demo provider notice')
  try {
    return await import('oidc-provider')
  } finally {
    console.warn = warn
  }
}

const callbackPath = /^\/callback\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function isCallbackOf(apiOrigin: string, uri: string): boolean {
  return uri.startsWith(`${apiOrigin}/`) && callbackPath.test(uri.slice(apiOrigin.length))
}
