import type { Purpose } from '../../domain/attempt.js'
import { startsPerProviderAndNetwork } from '../../domain/attempt-limits.js'
import { AppError } from '../../domain/errors.js'
import { OidcFailure } from '../../domain/oidc-failure.js'
import type { Provider } from '../../store/organizations.js'
import type { Session } from '../../store/sessions.js'
import type { Stores } from '../../store/stores.js'
import type { NamedAttempt } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { openProvider, redirectUri } from '../oidc-provider.js'
import type { KeptRequest } from '../oidc-provider.js'
import { findProvider } from './find-provider.js'
import { logProviderFailure } from './log-provider-failure.js'
import { makeRoom } from './make-room.js'
import { decisionPageUrl, returnUrl } from './return-url.js'

export interface StartInput {
  readonly organization: string
  readonly provider: string
  readonly returnTo: string | undefined
  /** The application's own page that asks for the decision; ours where absent. */
  readonly decisionPage?: string | undefined
  readonly loginHint: string | undefined
  readonly locale: string
  readonly clientNetwork: string
  readonly session: Session | null
  /** Whether the page that begins it may know of the session; where not, it is answered as if there were none. */
  readonly knowsSession?: boolean
  /** Token of an invitation that the person followed. */
  readonly invitation?: string | undefined
  readonly attemptsOfBrowser: readonly NamedAttempt[]
  /** The origin of the application whose page begins it; ours where absent. */
  readonly hostOrigin?: string | undefined
}

export interface StartedAttempt {
  readonly id: string
  readonly authorizationUrl: URL
  readonly expiresAt: Date
  /** For this browser's cookie alone. */
  readonly browserSecret: string
}

/** Where a person goes who did not say where to. */
const defaultReturnPath = '/account'

/**
 * Begins one journey of one browser (spec: pipeline 3, "start").
 * @throws AppError `bad_request` where the decision's page is none of the organization's applications, as `findProvider` and `beginAttempt`
 */
export const startAttempt = async (
  dependencies: ApiDependencies,
  input: StartInput,
): Promise<StartedAttempt> => {
  const { database, keyring } = dependencies
  const provider = await findProvider(
    dependencies,
    input.organization,
    input.provider,
    input.session !== null && (input.knowsSession ?? true),
  )
  const invitationId =
    input.invitation === undefined
      ? null
      : await database.organizations.findInvitation(
          provider.organization.id,
          keyring.hashToken(input.invitation),
        )
  const decisionPage = await decisionPageUrl(database, provider.organization.id, input.decisionPage)
  return beginAttempt(dependencies, provider, {
    ...input,
    decisionPage,
    invitationId,
    nextPath: `/sso/${provider.organization.slug}`,
  })
}

export interface BeginInput extends Pick<
  StartInput,
  | 'returnTo'
  | 'decisionPage'
  | 'loginHint'
  | 'locale'
  | 'clientNetwork'
  | 'session'
  | 'attemptsOfBrowser'
  | 'hostOrigin'
> {
  readonly invitationId?: string | null
  /** What the attempt is for, where it is no sign-in, and the attempt that it serves. */
  readonly child?: {
    readonly purpose: Extract<Purpose, 'prove' | 'reauthenticate'>
    /** Null: the sign-in proves the account of the session once more. */
    readonly parentId: string | null
  }
  /** It ends the setup of a provider. */
  readonly purpose?: 'setup'
  /** Where a refusal leads. */
  readonly nextPath: string
}

/**
 * Begins an attempt at a provider that policy allows. No attempt is made where the provider cannot be reached.
 * @throws AppError `provider_error`, `rate_limited` where this network begins too many at this provider, `too_many_attempts` where
 *   this browser has too many open
 */
export const beginAttempt = async (
  dependencies: ApiDependencies,
  provider: Provider,
  input: BeginInput,
): Promise<StartedAttempt> => {
  const { database, keyring, log, oidc, publicOrigin } = dependencies
  const { child, nextPath } = input
  const special = child ?? (input.purpose === undefined ? undefined : { purpose: input.purpose })
  const wait = await database.rateLimits.take({
    limit: startsPerProviderAndNetwork,
    of: `${provider.id} ${input.clientNetwork}`,
  })
  if (wait > 0) throw new AppError('rate_limited', { retryAfter: wait, nextPath })

  const state = keyring.randomToken()
  const kept: KeptRequest = {
    nonce: keyring.randomToken(),
    codeVerifier: keyring.randomToken(),
    issuer: provider.issuer,
  }
  const request = { state, ...kept, redirectUri: redirectUri(publicOrigin, provider.id) }
  const authorizationUrl = await oidc
    .authorizationUrl(openProvider(keyring, provider), request, {
      loginHint: input.loginHint,
      signInAnew: child !== undefined,
    })
    .catch((error: unknown) => {
      if (!(error instanceof OidcFailure)) throw error
      const { reason } = error
      logProviderFailure(log, { providerId: provider.id, problem: 'provider_error', reason })
      throw new AppError('provider_error', { cause: error, nextPath })
    })

  const insert = (stores: Stores) =>
    insertAttempt(dependencies, stores, provider, { ...input, state, kept, special })
  // Where there is no room to make, the one statement needs no transaction around it.
  const attempt = await (input.attemptsOfBrowser.length === 0
    ? insert(database)
    : database.transaction(insert))
  return { ...attempt, authorizationUrl }
}

interface InsertInput extends Omit<BeginInput, 'child' | 'purpose' | 'loginHint'> {
  readonly state: string
  /** What the answer of the provider is checked by; absent where none is asked. */
  readonly kept?: KeptRequest
  readonly special: { readonly purpose: Purpose; readonly parentId?: string | null } | undefined
}

/**
 * Writes a new attempt of this browser, in the caller's transaction.
 * @throws AppError `too_many_attempts` where this browser has too many open
 */
export const insertAttempt = async (
  dependencies: Pick<ApiDependencies, 'keyring' | 'publicOrigin'>,
  stores: Stores,
  provider: Provider,
  input: InsertInput,
): Promise<Omit<StartedAttempt, 'authorizationUrl'>> => {
  const { keyring, publicOrigin } = dependencies
  const { kept, session, special } = input
  const browserSecret = keyring.randomToken()
  // An application's page ends no attempts at other organizations.
  const within = input.hostOrigin === undefined ? undefined : provider.organization.id
  await makeRoom(dependencies, stores, { ...input, within })
  const id = stores.attempts.newId()
  const attempt = {
    id,
    providerId: provider.id,
    stateHash: keyring.hashToken(input.state),
    browserHash: keyring.hashToken(browserSecret),
    returnTo: await returnUrl(
      stores,
      publicOrigin,
      provider.organization.id,
      input.returnTo,
      defaultReturnPath,
    ),
    hostOrigin: input.hostOrigin ?? null,
    decisionPage: input.decisionPage,
    locale: input.locale,
    clientNetwork: input.clientNetwork,
    sessionId: session?.id ?? null,
    sessionUserId: session?.user.id ?? null,
    invitationId: input.invitationId ?? null,
    ...(kept === undefined
      ? {}
      : { providerRequest: keyring.seal('provider-request', id, JSON.stringify(kept)) }),
    ...special,
  }
  const { expiresAt } = await stores.attempts.create(attempt, {
    event: 'attempt.started',
    actor: session === null ? { kind: 'system' } : { kind: 'user', id: session.user.id },
    organizationId: provider.organization.id,
    attemptId: id,
    target: { kind: 'provider', id: provider.id },
    clientNetwork: input.clientNetwork,
    data: {
      ...(special === undefined ? {} : { purpose: special.purpose }),
      ...(typeof special?.parentId === 'string' ? { parent: special.parentId } : {}),
    },
  })
  return { id, expiresAt, browserSecret }
}
