import type { Keyring } from '../clients/keyring.js'
import type { PipelineClient } from '../clients/temporal.js'
import { AppError } from '../domain/errors.js'
import type { Refusal } from '../domain/support.js'
import type { Database } from '../store/stores.js'

/** What the acts of staff work with, whoever offers them: console, command line or worker. */
export interface SupportDependencies {
  readonly database: Database
  readonly keyring: Keyring
  readonly pipelines: PipelineClient
}

/** Who acts and why; both stand in the audit. */
export interface StaffAct {
  /** Id of a member of staff, or the name of whoever works at the terminal. */
  readonly actor: string
  readonly reason: string
}

/** An act that cannot be done as things stand. */
export const refused = (refusal: Refusal, cause?: unknown): AppError =>
  new AppError('refused', { refusal, ...(cause === undefined ? {} : { cause }) })
