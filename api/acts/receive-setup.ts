import { domainToASCII } from 'node:url'
import { AppError } from '../../domain/errors.js'
import type { ErrorCode } from '../../domain/errors.js'
import { readIdentityClaims } from '../../domain/identity-claims.js'
import type { IdentityClaims } from '../../domain/identity-claims.js'
import { answeredReason, OidcFailure } from '../../domain/oidc-failure.js'
import { isAllowed } from '../../domain/permissions.js'
import { signInFault } from '../../domain/provider-fault.js'
import type { AuditData, AuditEventName, AuditTarget } from '../../domain/audit-events.js'
import type { AuditEvent } from '../../store/audit.js'
import type { Attempt } from '../../store/attempts.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'
import { openKeptRequest, openProvider, redirectUri } from '../oidc-provider.js'
import { endRejected } from './end-rejected.js'
import type { AnswerInput } from './receive-answer.js'
import { remindIn } from './remind-members.js'
import { wakeBulkMail } from './wake-bulk-mail.js'

/**
 * What follows from the answer to the sign-in that ends a setup (spec: pipeline 4, "Finish"). What the provider did wrong is noted
 * for the page of the provider, where the owner goes on; nothing else was changed then.
 * @returns whether people sign in with the provider from now on
 * @throws AppError `not_authenticated`, `wrong_user`, `invalid_state`
 */
export const receiveSetup = async (dependencies: ApiDependencies, input: AnswerInput): Promise<boolean> => {
  const { attempt, clientNetwork } = input
  const { database } = dependencies
  const end = (code: ErrorCode, reason: string): Promise<void> =>
    endRejected(dependencies, attempt, { code, reason, clientNetwork })
  const refuse = async (code: ErrorCode, reason: string): Promise<never> => {
    await end(code, reason)
    throw new AppError(code, { nextPath: code === 'wrong_user' ? '/account' : attempt.returnTo })
  }

  if (input.session === null) return refuse('not_authenticated', 'session')
  if (input.session.id !== attempt.sessionId) return refuse('wrong_user', 'session')
  if (attempt.provider.status !== 'setup') return refuse('invalid_state', 'not_in_setup')
  let claims: IdentityClaims
  try {
    claims = await readAnswer(dependencies, input)
  } catch (error) {
    if (!(error instanceof OidcFailure)) throw error
    await end(error.about === 'identity' ? 'invalid_identity' : 'provider_error', error.reason)
    await database.providers.setSetupFault(attempt.provider.id, signInFault(error))
    return false
  }
  const finished = await database
    .transaction((stores) => finish(stores, input, claims))
    .catch((error: unknown) => {
      if (error instanceof AppError) return error
      throw error
    })
  if (finished instanceof AppError) return refuse(finished.code, 'changed_meanwhile')
  if (finished > 0) await wakeBulkMail(dependencies, attempt.provider.organization.id)
  return true
}

/** What clocks may differ by. */
const clockLeewayMs = 5 * 60_000

/** @throws OidcFailure */
const readAnswer = async (
  { database, keyring, oidc, publicOrigin }: ApiDependencies,
  { attempt, state, answer }: AnswerInput,
): Promise<IdentityClaims> => {
  if (answer.has('error')) throw new OidcFailure('provider', answeredReason(answer.get('error')))
  const kept = openKeptRequest(keyring, attempt)
  if (kept === null) throw new OidcFailure('provider', 'no_request')
  const request = { state, ...kept, redirectUri: redirectUri(publicOrigin, attempt.provider.id) }
  const { idToken, userinfo } = await oidc.exchange(openProvider(keyring, attempt.provider), request, answer)
  // Times that have passed are checked with every answer; one that is still to come shows itself here, where it can be mended.
  const answeredAt = (await database.attempts.find(attempt.id))?.stateUsedAt?.getTime() ?? 0
  if (Number(idToken['iat']) * 1000 > answeredAt + clockLeewayMs)
    throw new OidcFailure('identity', 'unexpected ID Token "iat" claim value')
  const claims = readIdentityClaims(idToken, userinfo, domainToASCII)
  if (claims === null) throw new OidcFailure('identity', 'subject')
  return claims
}

/**
 * All of it or nothing, in the order of the spec. The identity is attached to whoever began, whatever address the provider asserts.
 * @returns how many members are told to link their account
 */
const finish = async (
  stores: Stores,
  { attempt, session, clientNetwork }: AnswerInput,
  claims: IdentityClaims,
): Promise<number> => {
  const { provider } = attempt
  const { organization } = provider
  if (session === null) throw new AppError('not_authenticated')
  const userId = session.user.id
  const settings = await stores.organizationSettings.lock(organization.id)
  const role = await stores.roster.lockRole(organization.id, userId)
  if (role === null || !isAllowed(role, 'organization:write')) throw new AppError('wrong_user')
  const locked = await stores.providers.lock(organization.id, provider.name)
  if (locked?.status !== 'setup' || locked.id !== provider.id || locked.issuer !== provider.issuer)
    throw new AppError('invalid_state')

  const events: AuditEvent[] = []
  const tell = <Event extends AuditEventName>(
    event: Event,
    target: AuditTarget<Event>,
    data: AuditData<Event>,
  ): void => {
    events.push({ ...common(attempt, userId, clientNetwork), event, target, data } as AuditEvent)
  }
  if (settings.requireSecondFactor) {
    await stores.organizationSettings.save(organization.id, { ...settings, requireSecondFactor: false })
    tell(
      'organization.edited',
      { kind: 'organization', id: organization.id },
      { require_second_factor: [true, false] },
    )
  }
  await stores.providers.enable(provider.id)
  const identity = await stores.identities.create(userId, provider.id, claims)
  await stores.members.ensure(userId, organization.id, 'unchanged')
  tell('identity.linked', { kind: 'identity', id: identity.id }, {})
  // Connecting once more is no way around the pause between reminders.
  const mayTell = (await remindIn(stores, provider.id)) === 0
  const told = mayTell ? await stores.bulkMails.beginForUnlinked(organization.id, provider.id) : 0
  const { issuer, admission, defaultRole } = locked
  const data = { issuer, admission, default_role: defaultRole, members_told: told }
  tell('sso.enabled', { kind: 'provider', id: provider.id }, data)
  const outcome = { result: 'signed_in', how: 'linked' } as const
  if (!(await stores.attempts.end(attempt.id, outcome, { userId, identityId: identity.id })))
    throw new AppError('invalid_state')
  tell('attempt.ended', { kind: 'attempt', id: attempt.id }, outcome)
  await stores.audit.record(...events)
  return told
}

const common = (attempt: Attempt, userId: string, clientNetwork: string) => ({
  actor: { kind: 'user', id: userId } as const,
  organizationId: attempt.provider.organization.id,
  attemptId: attempt.id,
  clientNetwork,
})
