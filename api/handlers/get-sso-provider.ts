import { renderStartPage } from '../../views/pages/start.js'
import { findProvider } from '../acts/find-provider.js'
import { localeOf, pathPart, queryValue } from '../request.js'
import type { Handler } from '../route.js'

/** A link from elsewhere shows a page with one button: only the person's own click begins a sign-in. */
export const getSsoProvider: Handler = (dependencies) => ({
  method: 'GET',
  path: '/sso/:organization/:provider',
  access: 'anyone',
  async handle(context) {
    const provider = await findProvider(
      dependencies,
      pathPart(context, 'organization'),
      pathPart(context, 'provider'),
    )
    context.body = renderStartPage({
      locale: localeOf(context),
      organization: provider.organization,
      provider,
      returnTo: queryValue(context, 'return_to'),
      invitation: queryValue(context, 'invitation'),
      loginHint: queryValue(context, 'login_hint'),
    })
  },
})
