import type { Context } from 'koa'
import type { Organization } from '../store/organizations.js'
import { renderSignInPage } from '../views/pages/sign-in.js'
import type { SignInPageData } from '../views/pages/sign-in.js'
import { currentSession } from './acts/current-session.js'
import type { ApiDependencies } from './dependencies.js'
import { localeOf, queryValue } from './request.js'

interface Shown {
  readonly returnTo: string | undefined
  /** What was wrong with the password form. */
  readonly password?: SignInPageData['password']
}

/**
 * The sign-in page of an organization. One that lets people in through its providers only shows no password form; its only owner, who
 * keeps a password way in, asks for it by `?password=1`.
 */
export const renderSignIn = async (
  dependencies: ApiDependencies,
  context: Context,
  organization: Organization,
  { returnTo, password }: Shown,
): Promise<string> => {
  const { organizations, userSessions } = dependencies.database
  const [providers, session, requiresProvider] = await Promise.all([
    organizations.listProviders(organization.id),
    currentSession(dependencies, context),
    userSessions.requiresProvider(organization.id),
  ])
  const asked = queryValue(context, 'password') === '1'
  return renderSignInPage({
    locale: localeOf(context),
    organization,
    providers,
    returnTo,
    invitation: queryValue(context, 'invitation'),
    session: session === null ? undefined : { name: session.user.name },
    password: password ?? (requiresProvider && !asked ? undefined : {}),
  })
}
