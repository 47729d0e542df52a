import { renderDisableProviderPage } from '../../views/pages/disable-provider.js'
import { paths } from '../../views/paths.js'
import { demandFreshProof } from '../acts/demand-fresh-proof.js'
import { disableProvider } from '../acts/disable-provider.js'
import { visitOrganization } from '../acts/visit-organization.js'
import { clearSessionToken } from '../cookies.js'
import { orProveFirst } from '../prove-first.js'
import { goToProvider, providerOf, providerPath } from '../provider-visit.js'
import { localeOf, pathPart } from '../request.js'
import type { Handler } from '../route.js'

/** Says what it means to switch a provider off. */
export const getProviderDisable: Handler = orProveFirst([':provider', 'disable'], (dependencies) => ({
  method: 'GET',
  path: `${providerPath}/disable`,
  access: 'session',
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    const provider = await providerOf(dependencies, context, visit)
    if (provider.status !== 'enabled') {
      goToProvider(context, visit, provider.name)
      return
    }
    await demandFreshProof(dependencies.database, visit)
    const { organization } = visit
    context.body = renderDisableProviderPage({
      locale: localeOf(context),
      organization,
      provider,
      linked: provider.linked,
    })
  },
}))

export const postProviderDisable: Handler = orProveFirst([':provider', 'disable'], (dependencies) => ({
  method: 'POST',
  path: `${providerPath}/disable`,
  access: 'session',
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    const name = pathPart(context, 'provider')
    if (await disableProvider(dependencies, visit, name)) {
      goToProvider(context, visit, name)
      return
    }
    clearSessionToken(context)
    context.status = 303
    context.redirect(paths.organization(visit.organization.slug))
  },
}))
