import { AppError } from '../../domain/errors.js'
import { OidcFailure } from '../../domain/oidc-failure.js'
import { signInFault } from '../../domain/provider-fault.js'
import type { ProviderFault } from '../../domain/provider-fault.js'
import type { ProviderSettings } from '../../store/providers.js'
import type { NamedAttempt } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { redirectUri } from '../oidc-provider.js'
import { demandFreshProof } from './demand-fresh-proof.js'
import { endRejected } from './end-rejected.js'
import { beginAttempt } from './start-attempt.js'
import type { StartedAttempt } from './start-attempt.js'
import type { Visit } from './visit-organization.js'

interface SetupStart {
  readonly locale: string
  readonly attemptsOfBrowser: readonly NamedAttempt[]
}

type StartedSetup =
  | { readonly attempt: StartedAttempt; readonly fault: null }
  /** The provider refuses the request: the owner would not come back from it. */
  | { readonly attempt: null; readonly fault: ProviderFault }

/**
 * Begins the sign-in that ends a setup: whoever connects a provider shows that it works, and gets its identity there
 * (spec: pipeline 4). A request that the provider refuses is found out here, where it can be told.
 * @throws AppError `provider_unknown`, `too_many_attempts`, and as `demandFreshProof`
 */
export const startSetup = async (
  dependencies: ApiDependencies,
  visit: Visit,
  { name }: ProviderSettings,
  { locale, attemptsOfBrowser }: SetupStart,
): Promise<StartedSetup> => {
  const { organization, session, clientNetwork } = visit
  const { database, providerCheck, publicOrigin } = dependencies
  const provider = await database.organizations.findProvider(organization.slug, name)
  if (provider?.status !== 'setup' || provider.clientId === '') throw new AppError('provider_unknown')
  await demandFreshProof(database, visit)
  const page = `/organizations/${organization.slug}/sso/${name}`
  const refuse = async (fault: ProviderFault): Promise<StartedSetup> => {
    await database.providers.setSetupFault(provider.id, fault)
    return { attempt: null, fault }
  }

  const begun = await beginAttempt(dependencies, provider, {
    purpose: 'setup',
    returnTo: page,
    loginHint: undefined,
    locale,
    clientNetwork,
    session,
    attemptsOfBrowser,
    nextPath: page,
  }).catch(faultOf)
  if (typeof begun === 'string') return refuse(begun)
  const fault = await providerCheck.probe(begun.authorizationUrl, redirectUri(publicOrigin, provider.id))
  if (fault === null) return { attempt: begun, fault }
  const attempt = await database.attempts.find(begun.id)
  if (attempt !== null)
    await endRejected(dependencies, attempt, { code: 'provider_error', reason: fault, clientNetwork })
  return refuse(fault)
}

const faultOf = (error: unknown): ProviderFault => {
  if (error instanceof AppError && error.details.cause instanceof OidcFailure)
    return signInFault(error.details.cause)
  throw error
}
