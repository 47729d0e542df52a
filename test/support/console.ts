import { createServer } from 'node:http'
import type { ApiDependencies } from '../../api/dependencies.js'
import { createSupportApp } from '../../api/support/app.js'
import type { SupportDependencies } from '../../api/support/dependencies.js'
import { closeConsoleFeeds, createConsoleFeeds } from '../../api/support/live-pages.js'
import { staffProviderOf } from '../../api/support/staff-provider.js'
import { openPayload } from '../../clients/payload-codec.js'
import { staffClient } from '../../dev/demo/provider-configuration.js'
import { createBrowser } from './browser.js'
import type { Browser } from './browser.js'
import type { Product } from './product.js'

/** A console of support beside a product, on a port of its own. */
export interface TestConsole {
  readonly origin: string
  readonly dependencies: SupportDependencies
  /** A browser in which this persona of the demo provider is signed in. */
  signedIn(persona: StaffPersona): Promise<Browser>
  stop(): Promise<void>
}

type StaffPersona = 'sam' | 'sofia' | 'pia' | 'alva'

/** Starts it where the product's demo provider expects it. */
export const startConsole = async (
  product: Pick<Product, 'supportOrigin' | 'issuer' | 'apiDependencies'>,
): Promise<TestConsole> => {
  const origin = product.supportOrigin
  const api: ApiDependencies = product.apiDependencies
  const feeds = createConsoleFeeds(api.database)
  const dependencies: SupportDependencies = {
    origin,
    trustedProxies: 0,
    database: api.database,
    keyring: api.keyring,
    oidc: api.oidc,
    pipelines: api.pipelines,
    staffProvider: staffProviderOf({
      issuer: product.issuer,
      clientId: staffClient.id,
      clientSecret: staffClient.secret,
    }),
    roleClaim: 'roles',
    organizationsClaim: null,
    temporalUi: { origin: 'http://127.0.0.1:8233', namespace: 'default' },
    openPayload: (namespace, payload) => openPayload(api.keyring, namespace, payload),
    feeds,
    metrics: api.metrics,
    log: api.log,
  }
  const handle = createSupportApp(dependencies).callback()
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(Number(new URL(origin).port), '127.0.0.1', resolve))
  return {
    origin,
    dependencies,
    async signedIn(persona) {
      const browser = createBrowser(origin)
      const started = await browser.submit('/sign-in', { login_hint: persona })
      const back = await browser.follow(started)
      if (back.status !== 200)
        throw new Error(`${persona} is not let in: ${back.status} ${back.text.slice(0, 300)}`)
      return browser
    },
    async stop() {
      closeConsoleFeeds(feeds)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
