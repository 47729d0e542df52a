/** Minutes for which a proof of the account counts as fresh (spec: pipeline 2.2). */
export const freshMinutes = 15

/** How fresh the proofs of a session are, by the database's clock. */
export interface SessionStanding {
  /** The identity that opened it, and its provider; null where a password did. */
  readonly identityId: string | null
  readonly openedThrough: string | null
  /** The account was proved in it, in whatever way, no longer ago than `freshMinutes`. */
  readonly fresh: boolean
  /** The same by something that its provider did not issue. */
  readonly otherProofFresh: boolean
}

/** Ways by which an account can be proved. */
export interface WaysToProve {
  readonly password: object | null
  readonly identities: readonly { readonly provider: { readonly id: string }; readonly usable: boolean }[]
}

/**
 * Which proofs open changes of sign-in methods and addresses to a session: a session that one organization's provider opened needs
 * one that this provider did not issue, unless the account has none other (spec: pipeline 2.12).
 */
export const proofNeeded = (session: SessionStanding, ways: WaysToProve): 'any' | 'other' =>
  session.openedThrough !== null &&
  (ways.password !== null ||
    ways.identities.some(({ provider, usable }) => usable && provider.id !== session.openedThrough))
    ? 'other'
    : 'any'

/** Whether a session may change sign-in methods and addresses now; else the account has to be proved once more. */
export const mayChangeMethods = (session: SessionStanding, ways: WaysToProve): boolean =>
  session.otherProofFresh || (session.fresh && proofNeeded(session, ways) === 'any')
