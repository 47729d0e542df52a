import { isWritable } from './writable-text.js'

/** What support may ask of the run that holds a mail. */
export interface SupportRequest {
  /** May be left out where the run holds one open mail. */
  readonly mailId?: string
  /** Who asks, in 1-200 characters; `operator` where absent. */
  readonly actor?: string
  /** 1-500 characters, kept in the audit. */
  readonly reason: string
}

export interface RetryRequest extends SupportRequest {
  /** Another address for the person, in the place of one that nobody ever confirmed. It then stands in the run's history. */
  readonly email?: string
}

export const longestReason = 500
const longestActor = 200

/** What Postgres does not take is none: a run that carried it would try for ever. */
const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= longest && isWritable(value)

/** Whether a value is a reason that can be kept: 1-500 characters, all of which Postgres takes. */
export const isReason = (value: unknown): value is string => isText(value, longestReason)

/** Whether a value names who asks, or nobody. */
export const isActor = (value: unknown): value is string | undefined =>
  value === undefined || isText(value, longestActor)

/** Whether a value may be an address, or none is given: what it has to be in full is known where it is stored. */
export const isEmailOrAbsent = (value: unknown): value is string | undefined =>
  value === undefined || (isText(value, 320) && /^[^\s@]+@[^\s@]+$/.test(value))

/** A few fields with short texts or numbers in them. */
const longestRequest = 2_000

/**
 * Whether a value is what somebody types into `temporal workflow update --input`: a reason, and beside it nothing but short texts
 * and numbers. It is the only thing that a run reads although it came unencrypted (`clients/payload-codec.ts`).
 */
export const isTypedBySupport = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'reason' in value &&
  typeof value.reason === 'string' &&
  Object.values(value).every((field) => ['string', 'number'].includes(typeof field)) &&
  JSON.stringify(value).length <= longestRequest
