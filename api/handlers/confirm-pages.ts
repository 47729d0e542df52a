import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import type { ErrorCode } from '../../domain/errors.js'
import type { Session } from '../../store/sessions.js'
import type { UserEmail } from '../../store/users.js'
import { renderConfirmPage } from '../../views/pages/confirm.js'
import type { ConfirmPageData } from '../../views/pages/confirm.js'
import { confirmEmail, readConfirmation, readLink } from '../acts/confirm-email.js'
import type { Confirmed } from '../acts/confirm-email.js'
import { currentSession } from '../acts/current-session.js'
import { confirmationToken, setConfirmationToken } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { httpStatus } from '../http-status.js'
import { presentConfirmed } from '../present-account.js'
import { clientNetwork, localeOf, pathPart, wantsJson } from '../request.js'
import type { Handler } from '../route.js'

/** A mailed link. Looking at it changes nothing, however often and by whomever. */
export const getConfirm: Handler = (dependencies) => ({
  method: 'GET',
  path: '/confirm/:token',
  access: 'anyone',
  handle: (context) => show(dependencies, context, pathPart(context, 'token')),
})

/**
 * The button of a mailed link. Who is not signed in is sent to do so and comes back to `/confirm`: until then the token waits in
 * a cookie of this browser, and stands in no other URL.
 */
export const postConfirm: Handler = (dependencies) => ({
  method: 'POST',
  path: '/confirm/:token',
  access: 'anyone',
  handle: (context) => press(dependencies, context, pathPart(context, 'token')),
})

/** The same page after signing in. */
export const getKeptConfirm: Handler = (dependencies) => ({
  method: 'GET',
  path: '/confirm',
  access: 'anyone',
  handle: (context) => show(dependencies, context, confirmationToken(context) ?? ''),
})

export const postKeptConfirm: Handler = (dependencies) => ({
  method: 'POST',
  path: '/confirm',
  access: 'anyone',
  handle: (context) => press(dependencies, context, confirmationToken(context) ?? ''),
})

const show = async (dependencies: ApiDependencies, context: Context, token: string): Promise<void> => {
  const { users } = dependencies.database
  const session = await currentSession(dependencies, context)
  try {
    const { email } = await readConfirmation(dependencies, (id) => users.findEmail(id), token, session)
    render(context, { state: 'ready', email, session })
  } catch (error) {
    await refuse(dependencies, context, { token, session, state: refusedState(error) })
    // Nothing is refused yet: the link is good for whoever signs in as its owner, and programs that look at links learn no more.
    if (session === null && context.status === httpStatus.not_authenticated) context.status = 200
  }
}

const press = async (dependencies: ApiDependencies, context: Context, token: string): Promise<void> => {
  const session = await currentSession(dependencies, context)
  try {
    const confirmed = await confirmEmail(dependencies, token, session, clientNetwork(context))
    if (wantsJson(context)) {
      context.body = presentConfirmed(confirmed)
      return
    }
    // A kept token stays as long as it may: a reload says that the address is confirmed.
    render(context, { state: 'confirmed', email: confirmed.email, session, confirmed })
  } catch (error) {
    const state = refusedState(error)
    if (wantsJson(context)) throw error
    if (state !== 'not_authenticated') {
      await refuse(dependencies, context, { token, session, state })
      return
    }
    setConfirmationToken(context, token)
    context.status = 303
    context.redirect('/confirm/sign-in')
  }
}

/** Leads the owner of a kept link to the sign-in page of the organization that the owner belongs to, and back. */
export const getConfirmSignIn: Handler = ({ database, keyring }) => ({
  method: 'GET',
  path: '/confirm/sign-in',
  access: 'anyone',
  async handle(context) {
    const { users } = database
    const email = await readLink({ keyring }, (id) => users.findEmail(id), confirmationToken(context) ?? '')
    const organization = await users.organizationOfEmail(email.id)
    context.status = 303
    context.redirect(organization === null ? '/' : `/sso/${organization}?return_to=%2Fconfirm`)
  },
})

type State = ConfirmPageData['state']
const states: readonly string[] = [
  'not_authenticated',
  'already_confirmed',
  'link_expired',
  'link_invalid',
  'wrong_user',
]

const refusedState = (error: unknown): State => {
  if (error instanceof AppError && states.includes(error.code)) return error.code as State
  throw error
}

interface Refused {
  readonly token: string
  readonly session: Session | null
  readonly state: State
}

/** Only the owner is told of an expired link, and it is the owner who may have another one sent. */
const refuse = async (
  dependencies: ApiDependencies,
  context: Context,
  { token, session, state }: Refused,
): Promise<void> => {
  const { users } = dependencies.database
  const expired =
    state === 'link_expired' ? await readLink(dependencies, (id) => users.findEmail(id), token) : undefined
  context.status = httpStatus[state as ErrorCode]
  context.body = renderConfirmPage({
    locale: localeOf(context),
    state,
    action: context.path,
    resend: expired?.id,
    address: expired?.address,
    signInPath: session === null ? '/' : undefined,
  })
}

interface Good {
  readonly state: 'ready' | 'confirmed'
  readonly email: UserEmail
  readonly session: Session | null
  readonly confirmed?: Confirmed
}

const render = (context: Context, { state, email, session, confirmed }: Good): void => {
  context.body = renderConfirmPage({
    locale: localeOf(context),
    state,
    action: context.path,
    address: email.address,
    organizationName: session?.organization.name,
    removed: confirmed?.removed ?? undefined,
    invitations: confirmed?.invitations.map(({ id, organization, role }) => ({
      id,
      organization: organization.name,
      role,
    })),
  })
}
