import type { Context } from 'koa'
import type { ProviderSettings } from '../store/providers.js'
import { paths } from '../views/paths.js'
import { findOwnProvider } from './acts/find-own-provider.js'
import type { Visit } from './acts/visit-organization.js'
import type { ApiDependencies } from './dependencies.js'
import { pathPart } from './request.js'

/** The page of one provider of an organization. */
export const providerPath = '/organizations/:organization/sso/:provider'

/** The provider that the path names. @throws AppError `provider_unknown` */
export const providerOf = (
  dependencies: ApiDependencies,
  context: Context,
  visit: Visit,
): Promise<ProviderSettings> => findOwnProvider(dependencies, visit, pathPart(context, 'provider'))

/** Leads to a provider's page, or, without a name, to the organization's. @param query as it follows the path, with its `?` */
export const goToProvider = (
  context: Context,
  { organization }: Visit,
  provider?: string,
  query = '',
): void => {
  context.status = 303
  context.redirect(
    paths.singleSignOn(organization.slug, ...(provider === undefined ? [] : [provider])) + query,
  )
}
