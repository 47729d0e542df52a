import type { Answer, Browser } from './browser.js'
import { lyingClient, startLyingProvider } from './lying-provider.js'
import type { Lie, LyingProvider } from './lying-provider.js'
import type { Product } from './product.js'

/** A lying provider that an organization of the product signs people in with. */
export interface ConnectedProvider extends LyingProvider {
  readonly id: string
  /** `/sso/{organization}/{provider}` */
  readonly startPath: string
  /** Starts a sign-in and goes to the provider; the address that the provider sends the browser back to, not yet opened. */
  callbackFor(browser: Browser, subject: string): Promise<string>
  /** The same, and comes back: the answer of the callback, not followed further. */
  signIn(browser: Browser, subject: string): Promise<Answer>
}

interface Settings {
  readonly organization?: 'acme' | 'globex'
  readonly clientAuthentication?: 'client_secret_basic' | 'client_secret_post' | 'none' | null
  readonly admission?: 'everyone' | 'domains' | 'invited'
}

const started: LyingProvider[] = []

/** Closes all that this test file has connected. */
export const closeLyingProviders = async (): Promise<void> => {
  await Promise.all(started.map((provider) => provider.close()))
}

export const connectLyingProvider = async (
  product: Product,
  lie: Lie = {},
  settings: Settings = {},
): Promise<ConnectedProvider> => {
  const { organization: slug = 'acme', clientAuthentication = null, admission = 'everyone' } = settings
  const { database, dependencies } = product
  const provider = await startLyingProvider(lie)
  started.push(provider)
  const organization = await database.organizations.find(slug)
  if (organization === null) throw new Error(`no organization ${slug}`)
  const name = `lying-${started.length}`
  const id = await database.organizations.saveProvider({
    organizationId: organization.id,
    name,
    displayName: 'Lying Provider',
    issuer: provider.issuer,
    clientId: lyingClient.id,
    clientAuthentication,
    admission,
    defaultRole: 'member',
  })
  await database.organizations.setClientSecret(
    id,
    dependencies.keyring.seal('client-secret', id, lyingClient.secret),
  )

  const startPath = `/sso/${slug}/${name}`
  const callbackFor = async (browser: Browser, subject: string): Promise<string> => {
    const started = await browser.submit(startPath, { login_hint: subject })
    return (await browser.get(started.location())).location()
  }
  return {
    ...provider,
    id,
    startPath,
    callbackFor,
    signIn: async (browser, subject) => browser.get(await callbackFor(browser, subject)),
  }
}
