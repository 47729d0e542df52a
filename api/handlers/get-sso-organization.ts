import { AppError } from '../../domain/errors.js'
import { renderSignInPage } from '../../views/pages/sign-in.js'
import { currentSession } from '../acts/current-session.js'
import { isSlug, localeOf, pathPart, queryValue } from '../request.js'
import type { Handler } from '../route.js'

export const getSsoOrganization: Handler = (dependencies) => ({
  method: 'GET',
  path: '/sso/:organization',
  access: 'anyone',
  async handle(context) {
    const { organizations } = dependencies.database
    const slug = pathPart(context, 'organization')
    const organization = isSlug(slug) ? await organizations.find(slug) : null
    if (organization === null) throw new AppError('provider_unknown')
    const [providers, session] = await Promise.all([
      organizations.listProviders(organization.id),
      currentSession(dependencies, context),
    ])
    context.body = renderSignInPage({
      locale: localeOf(context),
      organization,
      providers,
      returnTo: queryValue(context, 'return_to'),
      invitation: queryValue(context, 'invitation'),
      session: session === null ? undefined : { name: session.user.name },
    })
  },
})
