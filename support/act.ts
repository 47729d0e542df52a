import type { Keyring } from '../clients/keyring.js'
import type { Logger } from '../clients/log.js'
import type { PipelineClient } from '../clients/temporal.js'
import type { AuditData, AuditTarget } from '../domain/audit-events.js'
import { AppError } from '../domain/errors.js'
import { readReason } from '../domain/support.js'
import type { Refusal } from '../domain/support.js'
import type { Database, Stores } from '../store/stores.js'

/** What the acts of staff work with, whoever offers them: console, command line or worker. */
export interface SupportDependencies {
  readonly database: Database
  readonly keyring: Keyring
  readonly pipelines: PipelineClient
  /** Absent at a terminal, where nobody reads it. */
  readonly log?: Logger
}

/** Who acts and why; both stand in the audit. */
export interface StaffAct {
  /** Id of a member of staff, or the name of whoever works at the terminal. */
  readonly actor: string
  readonly reason: string
}

/** An act that cannot be done as things stand. */
export const refused = (refusal: Refusal): AppError => new AppError('refused', { refusal })

/** @throws AppError `bad_request` where the reason is missing, too long, or holds an address */
export const demandReason = (text: string | undefined): string => {
  const reason = readReason(text)
  if (reason !== null) return reason
  const message = 'is needed: 1 to 500 characters, without an e-mail address, because it is kept'
  throw new AppError('bad_request', { errors: [{ field: 'reason', message }] })
}

/** Notes, in the transaction of the act itself, one that has no event of its own. */
export const noteAct = (
  { audit }: Pick<Stores, 'audit'>,
  actor: string,
  target: AuditTarget<'staff.acted'>,
  data: AuditData<'staff.acted'>,
): Promise<void> =>
  audit.record({
    event: 'staff.acted',
    actor: { kind: 'staff', id: actor },
    organizationId: null,
    attemptId: null,
    target,
    data,
  })
