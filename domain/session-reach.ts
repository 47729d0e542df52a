import type { ErrorCode } from './errors.js'
import { passwordRefusal } from './password-sign-in.js'
import type { PasswordReach } from './password-sign-in.js'
import { refusal } from './policy.js'
import type { ProviderFacts } from './policy.js'

/** What decides whether a session still reaches its organization. */
export interface SessionReach extends Omit<PasswordReach, 'isMember'> {
  /** The provider that opened it; null where a password did. */
  readonly provider: Pick<ProviderFacts, 'overruledBy'> | null
}

/**
 * Why a sign-in like the one that opened a session would be refused by now: of the provider that opened it, or of the password among
 * what it has shown (spec: pipeline 2.12). Whoever switches a provider off ends its sessions, so that its own state is not asked.
 * @param methods what the session has shown
 * @returns null where one of them would open it again
 */
export const sessionRefusal = (
  { provider, ...reach }: SessionReach,
  methods: readonly string[],
): ErrorCode | null => {
  const serving = { status: 'enabled', serves: ['sign_in'] } as const
  const byProvider =
    provider === null ? undefined : refusal('sign_in', { provider: { ...serving, ...provider } })
  const byPassword =
    provider === null || methods.includes('password')
      ? passwordRefusal({ ...reach, isMember: true }, methods)
      : undefined
  return byProvider === null || byPassword === null ? null : (byProvider ?? byPassword ?? null)
}
