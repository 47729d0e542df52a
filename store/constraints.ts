import type { ErrorCode } from '../domain/errors.js'

/** Each constraint that a request can violate, and the code that the person or program gets. */
export const constraintCodes = {
  identities_one_owner: 'identity_conflict',
  identities_one_per_provider: 'identity_conflict',
  user_emails_verified_holder: 'email_taken',
  user_emails_once: 'email_taken',
  decisions_pkey: 'already_decided',
  decisions_idempotency_key_length: 'bad_request',
} as const satisfies Record<string, ErrorCode>

type ConstraintName = keyof typeof constraintCodes

/** The name of the constraint that a failed statement violated, where it is one that a request can violate. */
export const violatedConstraint = (error: unknown): ConstraintName | null => {
  if (typeof error !== 'object' || error === null || !('constraint' in error)) return null
  const { constraint } = error
  return typeof constraint === 'string' && Object.hasOwn(constraintCodes, constraint)
    ? (constraint as ConstraintName)
    : null
}
