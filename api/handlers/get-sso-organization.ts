import { findOrganization } from '../acts/sign-in-with-password.js'
import { pathPart, queryValue } from '../request.js'
import type { Handler } from '../route.js'
import { renderSignIn } from '../sign-in-view.js'

export const getSsoOrganization: Handler = (dependencies) => ({
  method: 'GET',
  path: '/sso/:organization',
  access: 'anyone',
  async handle(context) {
    const organization = await findOrganization(dependencies, pathPart(context, 'organization'))
    const returnTo = queryValue(context, 'return_to')
    context.body = await renderSignIn(dependencies, context, organization, { returnTo })
  },
})
