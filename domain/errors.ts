import type { Refusal } from './support.js'

/**
 * The codes that programs may rely on (spec: pipeline 6) and the few that HTTP itself needs.
 * Every code has a status (`api/http-status.ts`) and a sentence in each language (`views/problem-text.ts`);
 * both are total records, so a code added here does not compile until it has them.
 */
export const errorCodes = [
  'invalid_state',
  'attempt_expired',
  'attempt_not_yours',
  'provider_unknown',
  'provider_disabled',
  'provider_mismatch',
  'provider_error',
  'invalid_identity',
  'not_authenticated',
  'wrong_user',
  'reauthentication_required',
  'second_factor_required',
  'proof_invalid',
  'proof_expired',
  'proof_used',
  'too_many_attempts',
  'identity_conflict',
  'email_taken',
  'email_invalid',
  'registration_closed',
  'not_a_member',
  'membership_restricted',
  'user_suspended',
  'already_decided',
  'link_expired',
  'link_invalid',
  'already_confirmed',
  'last_sign_in_method',
  'rate_limited',
  'unavailable',
  'bad_request',
  'cross_origin',
  'not_found',
  'method_not_allowed',
  'payload_too_large',
  'unsupported_media_type',
  'misdirected_request',
  'internal',
  // Of the support console alone: the role is missing; the act cannot be done as things stand (`refusal` says why).
  'forbidden',
  'refused',
] as const

export type ErrorCode = (typeof errorCodes)[number]

export interface FieldError {
  readonly field: string
  readonly message: string
}

/** A code whose own sentence would be untrue here has other words; the code stays. */
export type ProblemVariant =
  | 'open_attempts'
  | 'no_account'
  | 'not_yours_to_manage'
  | 'another_address'
  | 'another_proof'
  | 'not_redeemed'

export interface AppErrorDetails {
  readonly about?: ProblemVariant
  /** Seconds until the same request may succeed. */
  readonly retryAfter?: number
  /** What is wrong with a body, field by field. */
  readonly errors?: readonly FieldError[]
  /** Further members of the problem document, such as the outcome of `already_decided`. */
  readonly members?: Readonly<Record<string, unknown>>
  /** With `provider_error`: the person or the provider said no, which has a status and words of its own. */
  readonly declined?: boolean
  /** Where an error page sends the person next; a path of our own. */
  readonly nextPath?: string
  /** Why support's act is refused. */
  readonly refusal?: Refusal
  readonly cause?: unknown
}

/** The one error of this project: a stable code, and what the boundary needs to answer it. */
export class AppError extends Error {
  override readonly name = 'AppError'
  constructor(
    readonly code: ErrorCode,
    readonly details: AppErrorDetails = {},
  ) {
    super(code, details.cause === undefined ? undefined : { cause: details.cause })
  }
}
