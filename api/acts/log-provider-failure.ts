import type { Logger } from '../../clients/log.js'
import type { ErrorCode } from '../../domain/errors.js'
import { isDeclined } from '../../domain/oidc-failure.js'

export interface ProviderFailure {
  readonly providerId: string
  /** Absent where the attempt could not even begin. */
  readonly attemptId?: string
  readonly problem: Extract<ErrorCode, 'provider_error' | 'invalid_identity'>
  /** Codes and claim names, never values (`OidcFailure`). */
  readonly reason: string
}

/** Tells whoever runs this what is wrong with a provider: people see one page, whatever it was. A person who said no is no failure. */
export const logProviderFailure = (log: Logger, failure: ProviderFailure): void => {
  if (isDeclined(failure.reason)) log.info(failure, 'declined at the provider')
  else log.warn(failure, 'provider failed')
}
