import { domainToASCII } from 'node:url'
import type { Assertion } from '../../clients/oidc.js'
import { AppError } from '../../domain/errors.js'
import type { AppErrorDetails, ErrorCode } from '../../domain/errors.js'
import { readIdentityClaims } from '../../domain/identity-claims.js'
import type { IdentityClaims } from '../../domain/identity-claims.js'
import { OidcFailure } from '../../domain/oidc-failure.js'
import { joinsAs, refusal } from '../../domain/policy.js'
import type { Attempt } from '../../store/attempts.js'
import type { IdentityOwner } from '../../store/identities.js'
import type { Session } from '../../store/sessions.js'
import type { ApiDependencies } from '../dependencies.js'
import { openKeptRequest, openProvider, redirectUri } from '../oidc-provider.js'
import { endRejected } from './end-rejected.js'

export interface AnswerInput {
  readonly attempt: Attempt
  readonly state: string
  /** The query of the callback as it came. */
  readonly answer: URLSearchParams
  readonly session: Session | null
  readonly clientNetwork: string
}

export type Received =
  /** Signed in: the token is for this browser's cookie alone. */
  | { readonly kind: 'signed_in'; readonly sessionToken: string }
  /** Nobody is known under this identity: the person decides. */
  | { readonly kind: 'unknown' }

/**
 * What follows from a provider's answer whose state has just been used up (spec: pipeline 3): a known identity signs in with two
 * statements and no workflow; an unknown one starts the run. Everything else ends the attempt and is told as its code.
 * @throws AppError
 */
export const receiveAnswer = async (dependencies: ApiDependencies, input: AnswerInput): Promise<Received> => {
  const { attempt } = input
  const claims = await checkedClaims(dependencies, input)
  const owner = await dependencies.database.identities.findOwner(
    attempt.provider.id,
    claims.issuer,
    claims.subject,
  )
  if (owner === null || owner.status === 'inactive') return receiveUnknown(dependencies, input, claims)
  return receiveKnown(dependencies, input, claims, owner)
}

const checkedClaims = async (dependencies: ApiDependencies, input: AnswerInput): Promise<IdentityClaims> => {
  const { attempt, answer } = input
  if (isDoubled(answer)) return reject(dependencies, input, 'invalid_state', 'doubled_parameter')
  // Before anything else is read: an error answer need not carry `iss`, and is told as that error all the same.
  if (answer.has('error'))
    return reject(dependencies, input, 'provider_error', `answered ${errorCode(answer)}`)
  const refused = refusal('sign_in', { provider: attempt.provider })
  if (refused !== null) return reject(dependencies, input, refused, 'policy')
  const assertion = await exchange(dependencies, input)
  const claims = readIdentityClaims(assertion.idToken, assertion.userinfo, domainToASCII)
  return claims ?? reject(dependencies, input, 'invalid_identity', 'subject')
}

const exchange = async (dependencies: ApiDependencies, input: AnswerInput): Promise<Assertion> => {
  const { keyring, oidc, publicOrigin } = dependencies
  const { attempt, state, answer } = input
  const kept = openKeptRequest(keyring, attempt)
  if (kept === null) return reject(dependencies, input, 'invalid_state', 'no_request')
  const request = { state, ...kept, redirectUri: redirectUri(publicOrigin, attempt.provider.id) }
  try {
    return await oidc.exchange(openProvider(keyring, attempt.provider), request, answer)
  } catch (error) {
    if (!(error instanceof OidcFailure)) throw error
    return reject(
      dependencies,
      input,
      error.about === 'identity' ? 'invalid_identity' : 'provider_error',
      error.reason,
    )
  }
}

const receiveKnown = async (
  dependencies: ApiDependencies,
  input: AnswerInput,
  claims: IdentityClaims,
  owner: IdentityOwner,
): Promise<Received> => {
  const { database, keyring } = dependencies
  const { attempt, session } = input
  if (session !== null && session.user.id !== owner.userId) {
    // To begin anew would lead here again: first the other account has to be left.
    return reject(dependencies, input, 'wrong_user', 'session', { nextPath: '/account' })
  }
  const refused = refusal('sign_in', {
    provider: attempt.provider,
    user: owner,
    membership: owner.membership,
  })
  const role = joinsAs(owner.membership)
  if (refused !== null || role === null)
    return reject(dependencies, input, refused ?? 'not_a_member', 'policy')
  const sessionToken = keyring.randomToken()
  const opened = await database.sessions.openForKnownIdentity({
    attemptId: attempt.id,
    identityId: owner.identityId,
    claims,
    joinsAs: role,
    tokenHash: keyring.hashToken(sessionToken),
    clientNetwork: input.clientNetwork,
  })
  // Between look-up and write the owner, the provider or the membership changed: the person starts again and meets the new state.
  if (opened === null) return reject(dependencies, input, 'invalid_state', 'changed_meanwhile')
  return { kind: 'signed_in', sessionToken }
}

const receiveUnknown = async (
  { database, keyring, pipelines, log }: ApiDependencies,
  { attempt, clientNetwork }: AnswerInput,
  claims: IdentityClaims,
): Promise<Received> => {
  const organizationId = attempt.provider.organization.id
  await database.transaction(async (stores) => {
    const waiting = await stores.attempts.awaitDecision(
      attempt.id,
      keyring.seal('claims', attempt.id, JSON.stringify(claims)),
    )
    if (!waiting) throw new AppError('invalid_state')
    await stores.audit.record({
      event: 'attempt.identity_received',
      actor: { kind: 'system' },
      organizationId,
      attemptId: attempt.id,
      clientNetwork,
      data: { known: false, hasEmail: claims.email !== null, emailVerified: claims.emailVerified },
    })
  })
  try {
    await pipelines.start({
      attemptId: attempt.id,
      organizationId,
      providerId: attempt.provider.id,
      expiresAt: attempt.expiresAt,
    })
    await database.attempts.markStarted(attempt.id)
  } catch (error) {
    // The attempt stands in Postgres, the page needs nothing else, and the relay tells Temporal.
    log.warn({ error, attemptId: attempt.id }, 'start is left to the relay')
  }
  return { kind: 'unknown' }
}

/** Parameters of an answer that mean something to us (RFC 6749 4.1.2, RFC 9207). Two of one kind have no meaning. */
const answerParameters = ['code', 'error', 'iss']

const isDoubled = (answer: URLSearchParams): boolean =>
  answerParameters.some((name) => answer.getAll(name).length > 1)

/** The code of an error answer, if it looks like one (RFC 6749 4.1.2.1): it came through the browser, and may be anything. */
const errorCode = (answer: URLSearchParams): string =>
  /^[\w.-]{1,64}$/.exec(answer.get('error') ?? '')?.[0] ?? 'unreadable'

const reject = async (
  dependencies: ApiDependencies,
  { attempt, clientNetwork }: AnswerInput,
  code: ErrorCode,
  reason: string,
  details: AppErrorDetails = {},
): Promise<never> => {
  await endRejected(dependencies, attempt, { code, reason, clientNetwork })
  throw new AppError(code, details)
}
