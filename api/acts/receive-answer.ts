import { domainToASCII } from 'node:url'
import type { Assertion } from '../../clients/oidc.js'
import { AppError } from '../../domain/errors.js'
import type { AppErrorDetails, ErrorCode } from '../../domain/errors.js'
import { readIdentityClaims, readLegacySubject } from '../../domain/identity-claims.js'
import type { IdentityClaims } from '../../domain/identity-claims.js'
import { answeredReason, isDeclined, OidcFailure } from '../../domain/oidc-failure.js'
import { refusal } from '../../domain/policy.js'
import type { Attempt } from '../../store/attempts.js'
import type { IdentityOwner } from '../../store/identities.js'
import type { Session } from '../../store/sessions.js'
import type { ApiDependencies } from '../dependencies.js'
import { openKeptRequest, openProvider, redirectUri } from '../oidc-provider.js'
import { endRejected } from './end-rejected.js'
import { otherWayPath } from './find-provider.js'
import { isPinned, provesSession } from './pinned.js'
import { receiveReauthentication } from './receive-reauthentication.js'
import type { Reauthenticated } from './receive-reauthentication.js'
import { isStaleSignIn, receiveProof, renewSignIn } from './receive-proof.js'
import { signInKnown } from './sign-in-known.js'
import type { SignedIn } from './sign-in-known.js'
import { receiveSetup } from './receive-setup.js'
import { startRun } from './start-run.js'

export interface AnswerInput {
  readonly attempt: Attempt
  readonly state: string
  /** The query of the callback as it came. */
  readonly answer: URLSearchParams
  readonly session: Session | null
  readonly clientNetwork: string
}

export type Received =
  | SignedIn
  | Reauthenticated
  /** Known, and the account asks for a second factor before anything else. */
  | { readonly kind: 'second_factor' }
  /** A child attempt has proved its identity: the person goes on at this attempt. */
  | { readonly kind: 'proved'; readonly parentId: string }
  /** The sign-in was to try a provider: its owner goes on at the page of the provider, whatever came of it. */
  | { readonly kind: 'set_up' }
  /** Nobody is known under this identity: the person decides. */
  | { readonly kind: 'unknown' }

/**
 * What follows from a provider's answer whose state has just been used up (spec: pipeline 3): a known identity signs in with two
 * statements and no workflow; an unknown one starts the run. Everything else ends the attempt and is told as its code.
 * @throws AppError
 */
export const receiveAnswer = async (dependencies: ApiDependencies, input: AnswerInput): Promise<Received> => {
  const { attempt, session } = input
  if (attempt.purpose === 'setup') {
    await receiveSetup(dependencies, input)
    return { kind: 'set_up' }
  }
  if (attempt.sessionId !== null && !isPinned(attempt, session))
    return reject(dependencies, input, 'wrong_user', 'session')
  const checked = await checkedClaims(dependencies, input)
  const { claims, legacySubject } = checked
  const owner = await findOwner(dependencies, input, claims, legacySubject)
  if (provesSession(attempt)) return receiveProvedSession(dependencies, input, checked, owner)
  if (attempt.parentId !== null) return receiveChild(dependencies, input, checked, owner)
  const isUnknown = owner === null || owner.status === 'inactive'
  // Somebody signed in here while the provider was asked: that is whom the answer has to name.
  if (!isPinned(attempt, session) && owner?.userId !== session?.user.id)
    return reject(dependencies, input, 'wrong_user', 'session')
  return isUnknown
    ? receiveUnknown(dependencies, input, checked)
    : receiveKnown(dependencies, input, claims, owner)
}

/**
 * (provider, issuer, subject) selects the account. Where the provider changed its scheme and sends the former subject beside the
 * new one, the identity that is known under the former one is rewritten in place (spec: pipeline 3, `legacySubjectClaim`).
 */
const findOwner = async (
  { database }: ApiDependencies,
  { attempt, clientNetwork }: AnswerInput,
  { issuer, subject }: IdentityClaims,
  legacySubject: string | null,
): Promise<IdentityOwner | null> => {
  const { provider, invitationId } = attempt
  const owner = await database.identities.findOwner(provider.id, issuer, subject, invitationId)
  if (owner !== null || legacySubject === null || legacySubject === subject) return owner
  return database.transaction(async (stores) => {
    const former = await stores.identities.findOwner(provider.id, issuer, legacySubject, invitationId)
    if (former === null || former.status !== 'active') return former
    if (!(await stores.identities.rewriteSubject(former.identityId, legacySubject, subject))) return null
    await stores.audit.record({
      event: 'identity.replaced',
      actor: { kind: 'system' },
      organizationId: provider.organization.id,
      attemptId: attempt.id,
      target: { kind: 'identity', id: former.identityId },
      clientNetwork,
      data: { reason: 'legacy_subject' },
    })
    // Read again: the other subject counts another version of its methods.
    return stores.identities.findOwner(provider.id, issuer, subject, invitationId)
  })
}

interface Checked {
  readonly claims: IdentityClaims
  readonly legacySubject: string | null
  /** The sign-in at the provider is older than what a proof may rest on. */
  readonly isStale: boolean
}

const checkedClaims = async (dependencies: ApiDependencies, input: AnswerInput): Promise<Checked> => {
  const { attempt, answer } = input
  if (isDoubled(answer)) return reject(dependencies, input, 'invalid_state', 'doubled_parameter')
  // Before anything else is read: an error answer need not carry `iss`, and is told as that error all the same.
  if (answer.has('error'))
    return reject(dependencies, input, 'provider_error', answeredReason(answer.get('error')))
  const { provider } = attempt
  const refused = startRefusal(attempt)
  if (refused !== null)
    return reject(dependencies, input, refused, 'policy', { nextPath: otherWayPath(provider) })
  const { idToken, userinfo } = await exchange(dependencies, input)
  const claims = readIdentityClaims(idToken, userinfo, domainToASCII, provider.textTrueIsVerified)
  if (claims === null) return reject(dependencies, input, 'invalid_identity', 'subject')
  return {
    claims,
    legacySubject: readLegacySubject(idToken, provider.legacySubjectClaim),
    isStale: isStaleSignIn(idToken, attempt),
  }
}

/** As when the attempt began (`findProvider`), before the provider is asked for anything. */
const startRefusal = (attempt: Attempt): ErrorCode | null => {
  const { provider, sessionUserId, parentId } = attempt
  if (provesSession(attempt)) return refusal('prove', { provider })
  // A child may be the attempt's own sign-in, made anew, and R may have come to link.
  const refused = refusal(parentId === null ? 'sign_in' : 'prove', { provider })
  const mayLink = parentId !== null || sessionUserId !== null
  return refused !== null && mayLink && refusal('link', { provider }) === null ? null : refused
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

/**
 * A child attempt proves whose identity its provider asserted. Outside the attempt's own organization that may be R's only
 * (spec: pipeline 3, "Proofs for merge"). The attempt's own identity proves no account: the sign-in there is made anew.
 */
const receiveChild = async (
  dependencies: ApiDependencies,
  input: AnswerInput,
  { claims, isStale }: Checked,
  owner: IdentityOwner | null,
): Promise<Received> => {
  const { attempt, clientNetwork } = input
  if (isStale) return reject(dependencies, input, 'reauthentication_required', 'auth_time')
  const renewed = await renewSignIn(dependencies, { child: attempt, claims, clientNetwork })
  if (renewed !== null) return { kind: 'proved', parentId: renewed }
  const refused = refusal('prove', { provider: attempt.provider })
  if (refused !== null) return reject(dependencies, input, refused, 'policy')
  if (owner === null || owner.status !== 'active')
    return reject(dependencies, input, 'proof_invalid', 'no_account', { about: 'no_account' })
  const parent =
    attempt.parentId === null ? null : await dependencies.database.attempts.find(attempt.parentId)
  const isAtHome = parent?.provider.organization.id === attempt.provider.organization.id
  if (!isAtHome && owner.userId !== attempt.sessionUserId)
    return reject(dependencies, input, 'wrong_user', 'not_r')
  const { parentId } = await receiveProof(dependencies, { child: attempt, owner, clientNetwork })
  return { kind: 'proved', parentId }
}

const receiveProvedSession = async (
  dependencies: ApiDependencies,
  input: AnswerInput,
  { claims, isStale }: Checked,
  owner: IdentityOwner | null,
): Promise<Received> => {
  const { attempt, clientNetwork } = input
  const details = { nextPath: attempt.returnTo }
  if (isStale) return reject(dependencies, input, 'reauthentication_required', 'auth_time', details)
  if (owner === null || owner.userId !== attempt.sessionUserId || owner.status !== 'active')
    return reject(dependencies, input, 'wrong_user', 'not_r', details)
  if (owner.hasTotp) return holdForSecondFactor(dependencies, attempt, claims)
  return receiveReauthentication(dependencies, { attempt, owner, clientNetwork, secondFactor: false })
}

const receiveKnown = async (
  dependencies: ApiDependencies,
  input: AnswerInput,
  claims: IdentityClaims,
  owner: IdentityOwner,
): Promise<Received> => {
  const { attempt, session, clientNetwork } = input
  if (owner.hasTotp && owner.status === 'active') return holdForSecondFactor(dependencies, attempt, claims)
  try {
    return await signInKnown(dependencies, {
      attempt,
      claims,
      owner,
      session,
      clientNetwork,
      secondFactor: false,
    })
  } catch (error) {
    // Between look-up and write something may have changed: the person starts again and meets the new state.
    if (!(error instanceof AppError)) throw error
    const reason = error.code === 'invalid_state' ? 'changed_meanwhile' : 'policy'
    return reject(dependencies, input, error.code, reason)
  }
}

/** Nothing comes of the answer before the account has got the code that it asks for (spec: pipeline 2.9). */
const holdForSecondFactor = async (
  { database, keyring }: ApiDependencies,
  attempt: Attempt,
  claims: IdentityClaims,
): Promise<Received> => {
  const received = keptOf(keyring, attempt, claims)
  if (!(await database.attempts.awaitSecondFactor(attempt.id, received))) throw new AppError('invalid_state')
  return { kind: 'second_factor' }
}

/** What is kept of an answer as long as the attempt is open: sealed, and found by its address. */
const keptOf = (keyring: ApiDependencies['keyring'], attempt: Attempt, claims: IdentityClaims) => ({
  claims: keyring.seal('claims', attempt.id, JSON.stringify(claims)),
  addressIndex:
    claims.email === null ? null : keyring.blindIndexes('address-index', claims.email.canonical)[0],
})

const receiveUnknown = async (
  dependencies: ApiDependencies,
  { attempt, clientNetwork }: AnswerInput,
  { claims, isStale }: Checked,
): Promise<Received> => {
  const { database, keyring } = dependencies
  const received = { ...keptOf(keyring, attempt, claims), isStale }
  const waiting = await database.attempts.awaitDecision(attempt.id, received, {
    event: 'attempt.identity_received',
    actor: { kind: 'system' },
    organizationId: attempt.provider.organization.id,
    attemptId: attempt.id,
    target: { kind: 'attempt', id: attempt.id },
    clientNetwork,
    data: {
      known: false,
      has_email: claims.email !== null,
      email_verified: claims.emailVerified,
      is_stale: isStale,
    },
  })
  if (!waiting) throw new AppError('invalid_state')
  await startRun(dependencies, attempt)
  return { kind: 'unknown' }
}

/** Parameters of an answer that mean something to us (RFC 6749 4.1.2, RFC 9207). Two of one kind have no meaning. */
const answerParameters = ['code', 'error', 'iss']

const isDoubled = (answer: URLSearchParams): boolean =>
  answerParameters.some((name) => answer.getAll(name).length > 1)

const reject = async (
  dependencies: ApiDependencies,
  { attempt, clientNetwork }: AnswerInput,
  code: ErrorCode,
  reason: string,
  details: AppErrorDetails = {},
): Promise<never> => {
  await endRejected(dependencies, attempt, { code, reason, clientNetwork })
  throw new AppError(code, { ...details, declined: code === 'provider_error' && isDeclined(reason) })
}
