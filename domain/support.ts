import { isReason } from './support-request.js'

/** What a member of staff may do: look, act on attempts and mails, erase people, and all that with the transport, audit and histories. */
const staffRoles = ['view', 'operate', 'erase', 'admin'] as const
export type StaffRole = (typeof staffRoles)[number]

/** Whoever may act or erase may look; `admin` may everything; else nothing that is not named. */
export const hasRole = (roles: readonly StaffRole[], needed: StaffRole): boolean =>
  roles.includes(needed) || roles.includes('admin') || (needed === 'view' && roles.length > 0)

/** The roles that a claim gives: one name or a list of names; whatever else it holds gives nothing. */
export const readStaffRoles = (claim: unknown): StaffRole[] => {
  const given: unknown[] = Array.isArray(claim) ? claim : [claim]
  return staffRoles.filter((role) => given.includes(role))
}

/** In a list of organizations: every one. No organization can be called so. */
const everyOrganization = '*'

/**
 * Slugs of the organizations that a claim narrows a person to; null for every one.
 * @param configured name of the claim, which has to be there then: who lacks it sees nothing. Null where nobody said that anybody is
 *   narrowed: a claim `organizations` narrows all the same
 */
export const readStaffOrganizations = (
  claims: Readonly<Record<string, unknown>>,
  configured: string | null,
): string[] | null => {
  const claim = claims[configured ?? 'organizations']
  if (claim === undefined && configured === null) return null
  const slugs = Array.isArray(claim) ? claim.filter((slug) => typeof slug === 'string') : []
  return slugs.includes(everyOrganization) ? null : slugs
}

/**
 * Why somebody acts; it is kept for as long as the audit, which outlives people who are erased.
 * @returns null where it is no reason (`isReason`), or holds an e-mail address
 */
export const readReason = (text: string | undefined): string | null => {
  const reason = (text ?? '').replace(/\s+/gu, ' ').trim()
  // The signs for "at" of other scripts count as well.
  return isReason(reason) && !/\S@\S/.test(reason.normalize('NFKC')) ? reason : null
}

/** How often, and by how many minutes each time, support may give a person more time to decide. */
export const maxExtensions = 2
export const extensionMinutes = 60

/** "Retry all that match" takes so many mails at most; above the second number another person has to agree. */
export const retryAllLimit = 1_000
export const secondPersonAbove = 100

/** Why an act is refused, or not known to be done; each has a sentence (`views/locales/en-refusals.ts`). */
export type Refusal =
  | 'mail_under_way'
  | 'mail_ended'
  | 'mail_not_held'
  | 'address_kept'
  | 'address_known'
  | 'address_held'
  | 'attempt_decided'
  | 'attempt_ended'
  | 'attempt_not_waiting'
  | 'extended_enough'
  | 'nothing_matches'
  | 'too_many_match'
  | 'second_person_needed'
  | 'run_missing'
  | 'search_not_yours'
  | 'only_owner'
  | 'member_elsewhere'
  | 'not_known_yet'
