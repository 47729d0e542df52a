import { AppError } from '../../domain/errors.js'
import { refusal } from '../../domain/policy.js'
import { isSlug } from '../../domain/slug.js'
import { isUuid } from '../../domain/uuid.js'
import type { Attempt } from '../../store/attempts.js'
import type { Provider } from '../../store/organizations.js'
import type { Session } from '../../store/sessions.js'
import type { NamedAttempt } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { isPinned } from './pinned.js'
import { beginAttempt } from './start-attempt.js'
import type { StartedAttempt } from './start-attempt.js'

export interface ProveInput {
  /** Name of a provider of the attempt's organization, or the id of one at which R has an identity. */
  readonly provider: string
  readonly loginHint: string | undefined
  readonly locale: string
  readonly clientNetwork: string
  readonly session: Session | null
  readonly attemptsOfBrowser: readonly NamedAttempt[]
}

/**
 * Begins a child attempt that can only prove an identity: of R, who signs in anew, or of the account that the person wants to
 * merge into (spec: pipeline 3, "Proofs for merge"), or that signs the person in anew where this attempt's own sign-in is too old. The provider has to let the person sign in there anew.
 * @throws AppError `invalid_state`, `wrong_user`, `provider_unknown`, what policy says of `prove`, or as `beginAttempt`
 */
export const proveByIdentity = async (
  dependencies: ApiDependencies,
  attempt: Attempt,
  input: ProveInput,
): Promise<StartedAttempt> => {
  const nextPath = `/attempts/${attempt.id}`
  if (attempt.stage !== 'awaiting_decision') throw new AppError('invalid_state', { nextPath })
  if (!isPinned(attempt, input.session)) throw new AppError('wrong_user', { nextPath })
  const { database } = dependencies
  const provider = await findNamed(dependencies, attempt, input.provider)
  const ofR =
    attempt.sessionUserId === null || provider === null
      ? null
      : await database.identities.findOfUser(attempt.sessionUserId, provider.id)
  const isOfR = ofR !== null
  const isOfOrganization = provider?.organization.id === attempt.provider.organization.id
  if (provider === null || !(isOfR || isOfOrganization)) throw new AppError('provider_unknown', { nextPath })
  const refused = refusal(renews(attempt, provider) ? 'link' : 'prove', { provider })
  if (refused !== null) throw new AppError(refused, { nextPath })
  return beginAttempt(dependencies, provider, {
    ...input,
    returnTo: attempt.returnTo,
    child: { purpose: isOfR ? 'reauthenticate' : 'prove', parentId: attempt.id },
    nextPath,
  })
}

/** The attempt's own sign-in is too old, and is made anew where it was made. */
const renews = (attempt: Attempt, { id }: Provider): boolean =>
  attempt.staleSignIn && id === attempt.provider.id

const findNamed = (
  { database: { organizations } }: ApiDependencies,
  attempt: Attempt,
  name: string,
): Promise<Provider | null> => {
  if (isUuid(name)) return organizations.findProviderById(name)
  return isSlug(name)
    ? organizations.findProvider(attempt.provider.organization.slug, name)
    : Promise.resolve(null)
}
