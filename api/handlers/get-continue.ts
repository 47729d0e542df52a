import { AppError } from '../../domain/errors.js'
import { isSlug } from '../../domain/slug.js'
import { renderContinuePage } from '../../views/pages/continue.js'
import { issueApplicationToken, reaches } from '../acts/application-token.js'
import { currentSession } from '../acts/current-session.js'
import { allowFormTarget } from '../middleware/headers.js'
import { localeOf, pathPart, queryValue } from '../request.js'
import type { Handler } from '../route.js'

const longestState = 200

/**
 * Where a host application sends people to sign in: whoever is not signed in does so first and comes back. The page's one button
 * posts the token to the application, so that it stands in no URL. `path` is one of the application's return paths, `state` what
 * the application wants to see again.
 */
export const getContinue: Handler = (dependencies) => ({
  method: 'GET',
  path: '/continue/:organization/:application',
  access: 'anyone',
  async handle(context) {
    const [organization, name] = [pathPart(context, 'organization'), pathPart(context, 'application')]
    const known = isSlug(organization) && isSlug(name)
    const application = known ? await dependencies.database.applications.find(organization, name) : null
    const state = queryValue(context, 'state')
    if (application === null || (state ?? '').length > longestState) throw new AppError('not_found')
    const path = queryValue(context, 'path') ?? application.returnPaths[0] ?? ''
    if (!application.returnPaths.includes(path)) throw new AppError('not_found')

    const session = await currentSession(dependencies, context)
    if (session === null || !reaches(session, application)) {
      const here = `${context.path}${context.search}`
      context.status = 303
      context.redirect(`/sso/${organization}?return_to=${encodeURIComponent(here)}`)
      return
    }
    const { token } = await issueApplicationToken(dependencies, session, application, state)
    allowFormTarget(context, application.origin)
    context.type = 'text/html; charset=utf-8'
    context.body = renderContinuePage({
      locale: localeOf(context),
      organization: application.organization,
      application: { displayName: application.displayName },
      user: { name: session.user.name === '' ? undefined : session.user.name },
      action: new URL(path, application.origin).href,
      hidden: { token, state },
    })
  },
})
