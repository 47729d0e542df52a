import type { Keyring } from '../clients/keyring.js'
import type { MailTransport } from '../clients/sendgrid.js'
import type { Database } from '../store/stores.js'

export interface PipelineDependencies {
  readonly database: Database
  readonly keyring: Keyring
}

export interface MailDependencies extends PipelineDependencies {
  readonly transport: MailTransport
  /** Links are built from here and from nothing that came with a request. */
  readonly publicOrigin: string
  /** Whom people turn to, as a URI; null where nobody was named. */
  readonly supportContact: string | null
}
