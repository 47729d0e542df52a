import type { ErrorCode } from './errors.js'

/** What decides whether a password opens an organization to a user. */
export interface PasswordReach {
  readonly isMember: boolean
  /** The organization lets its members in through a provider only. */
  readonly requiresProvider: boolean
  /** Nobody else could mend the provider: this user keeps a password way in. */
  readonly isOnlyOwner: boolean
}

/**
 * Whether a session that a password opened may reach an organization (spec: pipeline 2.12; 3, "organization signs in elsewhere").
 * @returns null where it may, else the code of the refusal
 */
export const passwordRefusal = ({
  isMember,
  requiresProvider,
  isOnlyOwner,
}: PasswordReach): ErrorCode | null => {
  if (!isMember) return 'not_a_member'
  return requiresProvider && !isOnlyOwner ? 'provider_mismatch' : null
}
