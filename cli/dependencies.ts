import type { Keyring } from '../clients/keyring.js'
import type { ProviderCheck } from '../clients/provider-check.js'
import type { PipelineClient } from '../clients/temporal.js'
import type { Database } from '../store/stores.js'

/** What the commands work with; made once, in `cli/program.ts`. */
export interface CliDependencies {
  readonly database: Database
  readonly keyring: Keyring
  readonly providerCheck: ProviderCheck
  readonly pipelines: PipelineClient
  readonly publicOrigin: string
  /** Plain http to loopback is allowed. */
  readonly development: boolean
  readonly print: (line: string) => void
}

/** A command that cannot be carried out; its text is for the person at the terminal. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
