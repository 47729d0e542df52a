import { AppError } from '../../domain/errors.js'
import { refusal } from '../../domain/policy.js'
import { isSlug } from '../../domain/slug.js'
import type { Provider } from '../../store/organizations.js'
import type { ApiDependencies } from '../dependencies.js'

/**
 * The provider that a start names, if it signs people in, or connects an identity to who is signed in. An organization and a
 * provider that do not exist get one answer.
 * @throws AppError `provider_unknown`, `provider_disabled`, `provider_mismatch`
 */
export const findProvider = async (
  { database }: Pick<ApiDependencies, 'database'>,
  organization: string,
  name: string,
  isSignedIn = false,
): Promise<Provider> => {
  const named = isSlug(organization) && isSlug(name)
  const provider = named ? await database.organizations.findProvider(organization, name) : null
  if (provider === null) throw new AppError('provider_unknown')
  const refused = refusal('sign_in', { provider })
  if (refused === null || (isSignedIn && refusal('link', { provider }) === null)) return provider
  throw new AppError(refused, { nextPath: otherWayPath(provider) })
}

/** Where members of a provider's organization sign in instead: at the one that they have to, or at any other. */
export const otherWayPath = ({ organization, overruledBy }: Provider): string =>
  overruledBy === null ? `/sso/${organization.slug}` : `/sso/${organization.slug}/${overruledBy}`
