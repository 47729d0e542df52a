import { accountSchema } from '../account-schemas.js'
import { requireSession } from '../acts/current-session.js'
import { presentMethods } from '../present-account.js'
import type { Handler } from '../route.js'

/** The account of who is signed in here, and whether it has to be proved once more before it is changed. */
export const getV1Me: Handler = (dependencies) => ({
  method: 'GET',
  path: '/v1/me',
  access: 'session',
  contract: { summary: 'The account of who is signed in', answers: { 200: accountSchema } },
  async handle(context) {
    const { user, organization } = await requireSession(dependencies, context)
    const methods = await dependencies.database.signInMethods.list(user.id)
    context.body = {
      id: user.id,
      name: user.name,
      organization: organization.slug,
      ...presentMethods(methods),
    }
  },
})
