import type { ProofKind } from './proof.js'

/** Minutes for which a proof of the account counts as fresh (spec: pipeline 2.2). */
export const freshMinutes = 15

/** How fresh the proofs of a session are, by the database's clock. */
export interface SessionStanding {
  /** The identity that opened it, and the organization of its provider; null where a password did. */
  readonly identityId: string | null
  readonly openedBy: string | null
  /** The account was proved in it, in whatever way, no longer ago than `freshMinutes`. */
  readonly fresh: boolean
  /** The same by something that no provider of that organization issued. */
  readonly otherProofFresh: boolean
}

interface WayByIdentity {
  readonly organization: { readonly id: string }
  readonly usable: boolean
}

/** Ways by which an account can be proved. */
export interface WaysToProve<Identity extends WayByIdentity = WayByIdentity> {
  readonly password: object | null
  readonly identities: readonly Identity[]
}

/**
 * Which proofs open changes of sign-in methods and addresses to a session: a session that one organization's provider opened needs
 * one that this provider did not issue, unless the account has none other (spec: pipeline 2.12). All providers of an organization
 * count as one: whoever runs the first can have the second say the same.
 */
const proofNeeded = (session: SessionStanding, ways: WaysToProve): 'any' | 'other' =>
  session.openedBy !== null &&
  (ways.password !== null ||
    ways.identities.some(({ organization, usable }) => usable && isOther(session, organization.id)))
    ? 'other'
    : 'any'

/** The identities whose providers can prove the account to a session well enough. */
export const identitiesThatProve = <Identity extends WayByIdentity>(
  session: SessionStanding,
  ways: WaysToProve<Identity>,
): Identity[] => {
  const needed = proofNeeded(session, ways)
  return ways.identities.filter(
    ({ organization, usable }) => usable && (needed === 'any' || isOther(session, organization.id)),
  )
}

/** Whether what a browser has shown proves the account to a session well enough; a password and a mailed code always do. */
export const provesToSession = (
  session: SessionStanding,
  ways: WaysToProve,
  {
    kind,
    provingOrganizationId,
  }: { readonly kind: ProofKind; readonly provingOrganizationId: string | null },
): boolean =>
  kind !== 'identity' ||
  proofNeeded(session, ways) === 'any' ||
  (provingOrganizationId !== null && isOther(session, provingOrganizationId))

const isOther = ({ openedBy }: SessionStanding, organizationId: string): boolean =>
  organizationId !== openedBy

/** Whether a session may change sign-in methods and addresses now; else the account has to be proved once more. */
export const mayChangeMethods = (session: SessionStanding, ways: WaysToProve): boolean =>
  session.otherProofFresh || (session.fresh && proofNeeded(session, ways) === 'any')
