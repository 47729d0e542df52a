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
