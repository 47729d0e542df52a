import type { ErrorCode } from './errors.js'

/** Changes whenever a rule below changes; each decision records the version it was offered under. */
export const policyVersion = 2

/** What a provider may be used for (`providers.serves`). */
export const acts = ['sign_in', 'link', 'create', 'join', 'prove'] as const
export type Act = (typeof acts)[number]

export const admissions = ['everyone', 'domains', 'invited'] as const
export type Admission = (typeof admissions)[number]

export const roles = ['member', 'manager', 'owner'] as const
export type Role = (typeof roles)[number]
export type UserStatus = 'active' | 'inactive' | 'suspended'

/** `setup`: its owner has not signed in through it yet, so nobody else may. */
export const providerStatuses = ['setup', 'enabled', 'disabled'] as const
export type ProviderStatus = (typeof providerStatuses)[number]

export interface ProviderFacts {
  readonly status: ProviderStatus
  readonly serves: readonly Act[]
  /** Name of the provider through which alone the organization's members sign in, where that is another one (`require_link`). */
  readonly overruledBy: string | null
}

/** What decides whether a user comes into the organization (spec: pipeline 3, "Commit: attach" 3). */
export interface MembershipFacts {
  readonly isMember: boolean
  /** New members come in through this provider (`join` among what it serves). */
  readonly joins: boolean
  readonly admission: Admission
  readonly defaultRole: Role
  /** Role of an open, approved invitation that the user answers by its token or by a verified address. */
  readonly invitedAs: Role | null
  /** The user holds a verified address in a domain that the organization proved. */
  readonly inProvedDomain: boolean
}

export interface PolicyFacts {
  readonly provider: ProviderFacts
  /** The user that the act would sign in; absent where none exists yet. */
  readonly user?: { readonly status: UserStatus }
  readonly membership?: MembershipFacts
}

/**
 * The one rule of who may do what through a provider (spec: pipeline 2.10). Asked at the start, at the callback before the
 * token call, at the decision, and again inside the committing transaction.
 * @returns null where it is allowed, else the code of the refusal
 */
export const refusal = (act: Act, facts: PolicyFacts): ErrorCode | null => {
  if (facts.provider.status !== 'enabled') return 'provider_disabled'
  // A proof opens nothing in the organization, so it may come from any of its providers.
  if (facts.provider.overruledBy !== null && act !== 'prove') return 'provider_mismatch'
  if (!facts.provider.serves.includes(act))
    return act === 'create' ? 'registration_closed' : 'provider_mismatch'
  if (facts.user !== undefined && facts.user.status !== 'active') return 'user_suspended'
  if (facts.membership !== undefined && joinsAs(facts.membership) === null) return 'not_a_member'
  return null
}

/** The role with which a user is in the organization afterwards; null where nothing admits it. An invitation's role is kept. */
export const joinsAs = (facts: MembershipFacts): Role | 'unchanged' | null => {
  if (facts.isMember) return 'unchanged'
  if (!facts.joins) return null
  if (facts.invitedAs !== null) return facts.invitedAs
  if (facts.admission === 'everyone') return facts.defaultRole
  return facts.admission === 'domains' && facts.inProvedDomain ? facts.defaultRole : null
}

/**
 * Whether a provider's word for an address counts as proof: it says boolean true, and the address lies in a domain that the
 * organization proved or staff granted to this provider. No list means none (spec: pipeline 3, "trust for an address").
 */
export const addressIsTrusted = (
  claims: { readonly emailVerified: boolean; readonly email: { readonly domain: string } | null },
  trustedDomains: readonly string[],
): boolean => claims.emailVerified && claims.email !== null && trustedDomains.includes(claims.email.domain)
