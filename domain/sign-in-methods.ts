/** What a person can sign in with, as far as it decides what may be removed. */
export interface WaysIn {
  readonly identities: readonly { readonly id: string; readonly usable: boolean }[]
  readonly password: { readonly usable: boolean } | null
}

/** Whether the person could still sign in without an identity, or without the password (spec: pipeline 7). */
export const hasWayInWithout = (
  ways: WaysIn,
  without: { readonly identityId: string } | 'password',
): boolean =>
  (without !== 'password' && ways.password?.usable === true) ||
  ways.identities.some(({ id, usable }) => usable && (without === 'password' || id !== without.identityId))
