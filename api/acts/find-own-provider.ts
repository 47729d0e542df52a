import { AppError } from '../../domain/errors.js'
import type { ProviderSettings } from '../../store/providers.js'
import type { ApiDependencies } from '../dependencies.js'
import type { Visit } from './visit-organization.js'

/** A provider of the organization, in whatever state. @throws AppError `provider_unknown` */
export const findOwnProvider = async (
  { database }: Pick<ApiDependencies, 'database'>,
  { organization }: Visit,
  name: string,
): Promise<ProviderSettings> => {
  const provider = await database.providers.find(organization.id, name)
  if (provider === null)
    throw new AppError('provider_unknown', { nextPath: `/organizations/${organization.slug}/sso` })
  return provider
}
