/** The reason where a provider answers with an error (RFC 6749 4.1.2.1): it came through the browser, and may be anything. */
export const answeredReason = (error: string | null): string =>
  `answered ${/^[\w.-]{1,64}$/.exec(error ?? '')?.[0] ?? 'unreadable'}`

/** Whether the provider says that the person, or it itself, refused: nothing is wrong with it then. */
export const isDeclined = (reason: string): boolean => reason === answeredReason('access_denied')

/** Why a provider could not be used. `reason` is for logs and audit; it holds codes and claim names, never values. */
export class OidcFailure extends Error {
  override readonly name = 'OidcFailure'
  constructor(
    /** `identity`: the assertion is not to be believed. `provider`: there was none, so that trying again may help. */
    readonly about: 'identity' | 'provider',
    readonly reason: string,
  ) {
    super(`${about}: ${reason}`)
  }
}
