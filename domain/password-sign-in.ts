import type { ErrorCode } from './errors.js'

/** What decides whether a password opens an organization to a user. */
export interface PasswordReach {
  readonly isMember: boolean
  /** The organization lets its members in through a provider only. */
  readonly requiresProvider: boolean
  /** The organization asks for a second factor beside a password. */
  readonly requiresSecondFactor: boolean
  /** Nobody else could mend the provider or take either demand back: this user keeps a password way in. */
  readonly isOnlyOwner: boolean
}

/**
 * Whether a session that a password, with or without a second factor, opened may reach an organization (spec: pipeline 2.12; 3, "organization signs in elsewhere").
 * @returns null where it may, else the code of the refusal
 */
export const passwordRefusal = (
  { isMember, requiresProvider, requiresSecondFactor, isOnlyOwner }: PasswordReach,
  methods: readonly string[],
): ErrorCode | null => {
  if (!isMember) return 'not_a_member'
  if (isOnlyOwner) return null
  if (requiresProvider) return 'provider_mismatch'
  return requiresSecondFactor && !methods.includes('totp') ? 'second_factor_required' : null
}
