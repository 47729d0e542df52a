import type { Logger } from '../../clients/log.js'
import type { Metrics } from '../../clients/metrics.js'
import type { OidcClient, OidcProvider } from '../../clients/oidc.js'
import type { SupportDependencies as ActDependencies } from '../../support/act.js'
import type { OpenedPayload, Payload } from '../../clients/payload-codec.js'
import type { ConsoleFeeds } from './live-pages.js'

/** What the console works with; made once, in `api/main.ts`. */
export interface SupportDependencies extends ActDependencies {
  /** What browsers of staff see. */
  readonly origin: string
  readonly trustedProxies: number
  readonly oidc: OidcClient
  /** Where staff sign in. */
  readonly staffProvider: OidcProvider
  readonly roleClaim: string
  /** Null where none was named: see `readStaffOrganizations`. */
  readonly organizationsClaim: string | null
  readonly feeds: ConsoleFeeds
  readonly temporalUi: { readonly origin: string; readonly namespace: string } | null
  /** Opens one payload of a history. @throws where its key is missing, or it comes from another namespace */
  readonly openPayload: (namespace: string, payload: Payload) => OpenedPayload
  readonly metrics: Pick<Metrics, 'request'>
  readonly log: Logger
}
