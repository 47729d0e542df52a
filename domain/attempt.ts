import type { ErrorCode } from './errors.js'

/** Where one journey stands (spec: http, `GET /v1/attempts/{id}`). */
export const stages = ['awaiting_provider', 'awaiting_decision', 'finishing', 'ended'] as const
export type Stage = (typeof stages)[number]

/** What the person may choose for an unknown identity; also the names of the signals. */
export const choices = ['link', 'merge', 'create', 'cancel'] as const
export type Choice = (typeof choices)[number]

/** `proved` ends only an attempt that proves an identity for another one: it signs nobody in. */
export const results = ['signed_in', 'rejected', 'cancelled', 'expired', 'proved'] as const
export type Result = (typeof results)[number]

/**
 * What an attempt is for. `prove` and `reauthenticate` have a parent, for which they prove an identity; `fold` asks no provider: the
 * account of its session goes into the one that is proved.
 */
export type Purpose = 'sign_in' | 'prove' | 'reauthenticate' | 'setup' | 'fold'

export type How = 'existing' | 'linked' | 'merged' | 'created'

/** The one end of an attempt (spec: pipeline 2.7). `how` only with `signed_in`, `code` only where it was refused. */
export interface Outcome {
  readonly result: Result
  readonly how?: How
  readonly code?: ErrorCode
  /** With `provider_error`: nothing failed, the person or the provider said no (`isDeclined`). */
  readonly declined?: true
}

/** Minutes that an attempt lives (spec: pipeline 3, "start"). */
export const attemptMinutes = 60
/** Attempts that one browser may have open, one a tab (spec: pipeline 3, "start"). */
export const openAttemptsPerBrowser = 10
/** Minutes in which the browser may turn `signed_in` into a session (spec: pipeline 3, "After the outcome"). */
export const redeemMinutes = 10

/** Wrong passwords and codes that end an attempt (spec: pipeline 3, "Proofs for merge"). */
export const wrongTriesCap = 10

/** Postgres' interval text for a number of minutes. */
export const minutes = (count: number): string => `${count} minutes`
