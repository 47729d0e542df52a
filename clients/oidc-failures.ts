import { OidcFailure } from '../domain/oidc-failure.js'

/** Anything that went wrong before there was an answer to judge. @throws OidcFailure about the provider */
export const readProviderFailure = (error: unknown): never => {
  const chain = causes(error)
  throw ours(chain) ?? new OidcFailure('provider', reasonOf(chain))
}

/** What went wrong with an answer. @throws OidcFailure, about the identity where the answer was read and not believed */
export const readIdentityFailure = (error: unknown): never => {
  const chain = causes(error)
  const reason = reasonOf(chain)
  throw ours(chain) ?? new OidcFailure(aboutIdentity.test(reason) ? 'identity' : 'provider', reason)
}

interface Link {
  readonly name?: unknown
  readonly message?: unknown
  readonly code?: unknown
  readonly error?: unknown
  readonly status?: unknown
  readonly cause?: unknown
}

const causes = (error: unknown): Link[] =>
  typeof error === 'object' && error !== null ? [error, ...causes((error as Link).cause)] : []

const ours = (chain: readonly Link[]): OidcFailure | undefined =>
  chain.find((link) => link instanceof OidcFailure)

/** The library's words for a token, its key, its signature, or an `iss` or `sub` that is not the expected one. */
const aboutIdentity = /\b(JWT|JWS|JWE)\b|ID Token|"iss"|"sub"/

const libraryErrors = new Set([
  'ClientError',
  'OperationProcessingError',
  'UnsupportedOperationError',
  'ResponseBodyError',
  'AuthorizationResponseError',
  'WWWAuthenticateChallengeError',
])

/**
 * Why, for audit and logs. The library's own sentences are fixed texts and hold no values; those of other errors may hold pieces
 * of an answer, so only their codes are taken. Of the provider's words only an error code passes (RFC 6749 5.2), and a status.
 */
const reasonOf = (chain: readonly Link[]): string => {
  const said = chain.filter(({ name }) => libraryErrors.has(String(name))).at(-1)?.message
  const codes = chain.flatMap(({ code, error }) => [code, error]).filter(isCode)
  const [status] = chain.flatMap((link) => (typeof link.status === 'number' ? [`${link.status}`] : []))
  const words =
    typeof said === 'string' ? [said, ...codes.filter((code) => !code.startsWith('OAUTH_'))] : codes
  return (
    [...new Set([...words, ...(status === undefined ? [] : [status])])].join(' ').slice(0, 200) ||
    'unreachable'
  )
}

const isCode = (word: unknown): word is string => typeof word === 'string' && /^\w{1,40}$/.test(word)
