import { minutes, redeemMinutes } from '../domain/attempt.js'
import type { How, Outcome, Result } from '../domain/attempt.js'
import type { ErrorCode } from '../domain/errors.js'

/** What a row of `attempts` says of how it ended. */
export interface OutcomeColumns {
  readonly outcome: Result | null
  readonly outcome_how: How | null
  readonly outcome_code: ErrorCode | null
  readonly declined: boolean
}

/** Null: it has not ended. */
export const toOutcome = (row: OutcomeColumns): Outcome | null =>
  row.outcome === null
    ? null
    : {
        result: row.outcome,
        ...(row.outcome_how === null ? {} : { how: row.outcome_how }),
        ...(row.outcome_code === null ? {} : { code: row.outcome_code }),
        ...(row.declined ? { declined: true } : {}),
      }

/**
 * Whether an attempt that is named by its id or its session is open. It says the same as `outcome is null` (`attempts_ended_has_outcome`), which would
 * let the planner walk an index of all open attempts, instead of the key, where its statistics come from a quiet hour.
 */
export const isOpen = (a: string): string => `${a}.stage <> 'ended'`

/**
 * Since when the run of an attempt that ends is owed a word of it: one that waits for a decision, which will not come. A decision is
 * carried out by the run itself. `a` is the attempt's name in the statement, before it ends.
 */
export const owedToRun = (a: string): string =>
  `case when ${a}.stage = 'awaiting_decision' and ${a}.started_at is not null then app.now() end`

/**
 * An outcome becomes a session for 10 min, while its identity is there, nothing changed by which its user signs in, and the session
 * that it became before is live; `a` is the attempt's name in the statement.
 */
export const isRedeemable = (a: string): string => `
  coalesce(${a}.outcome = 'signed_in' and ${a}.ended_at > app.now() - interval '${minutes(redeemMinutes)}'
      and ${a}.outcome_identity_id is not null
      and ${a}.outcome_methods_version = (select methods_version from users where id = ${a}.outcome_user_id), false)
    and (not exists (select from sessions s where s.attempt_id = ${a}.id)
      or exists (select from sessions s where s.attempt_id = ${a}.id and s.ended_at is null))`
