import type { Keyring } from '../clients/keyring.js'
import type { Logger } from '../clients/log.js'
import type { Metrics } from '../clients/metrics.js'
import type { OidcClient } from '../clients/oidc.js'
import type { PasswordHasher } from '../clients/password-hash.js'
import type { TextLookup } from '../clients/dns.js'
import type { ProviderCheck } from '../clients/provider-check.js'
import type { PipelineClient } from '../clients/temporal.js'
import type { TokenSigner } from '../clients/token-signer.js'
import type { Totp } from '../clients/totp.js'
import type { Database } from '../store/stores.js'
import type { AttemptFeed } from './attempt-feed.js'

/** What the handlers work with; made once, in `api/main.ts`. */
export interface ApiDependencies {
  readonly publicOrigin: string
  readonly trustedProxies: number
  readonly database: Database
  readonly keyring: Keyring
  readonly oidc: OidcClient
  readonly providerCheck: ProviderCheck
  readonly textsOf: TextLookup
  readonly pipelines: PipelineClient
  readonly passwords: PasswordHasher
  readonly totp: Totp
  readonly tokenSigner: TokenSigner
  readonly feed: AttemptFeed
  /** SPKI DER in base64, as SendGrid shows it; null where no webhook is set up. */
  readonly sendGridWebhookKey: string | null
  /** Whom security researchers write to, as a URI; null where nobody was named. */
  readonly securityContact: string | null
  /** As authenticator apps call this service. */
  readonly serviceName: string
  /** Whom people turn to, as a URI that pages link to; null where nobody was named. */
  readonly supportContact: string | null
  /** Aborted once this process was told to stop. */
  readonly stopping: AbortSignal
  readonly metrics: Pick<Metrics, 'request'>
  /** The schema that this release was written for. */
  readonly newestMigration: string
  readonly log: Logger
}
