import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../../domain/errors.js'
import type { FieldError } from '../../domain/errors.js'
import { accountMessagesFor } from '../../views/account-messages.js'
import { renderSecondFactorPage } from '../../views/pages/second-factor.js'
import { problemText } from '../../views/problem-text.js'
import { currentSession } from '../acts/current-session.js'
import { returnUrl } from '../acts/return-url.js'
import { drawTicket, readTicket } from '../acts/second-factor-ticket.js'
import type { SecondFactorTicket } from '../acts/second-factor-ticket.js'
import { findOrganization, finishWithCode, signInWithPassword } from '../acts/sign-in-with-password.js'
import type { SignInOrigin } from '../acts/sign-in-with-password.js'
import {
  clearSecondFactorTicket,
  secondFactorTicket,
  setSecondFactorTicket,
  setSessionToken,
} from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { allowFormTarget } from '../middleware/headers.js'
import { httpStatus } from '../http-status.js'
import { presentSession } from '../present.js'
import { clientNetwork, localeOf, parseBody, pathPart, setNextPath } from '../request.js'
import type { Handler } from '../route.js'
import { sessionSchema } from '../schemas.js'
import { renderSignIn } from '../sign-in-view.js'

const form = z.object({
  email: z.string().max(1000),
  password: z.string().max(2000),
  return_to: z.string().optional(),
})

const originOf = async (dependencies: ApiDependencies, context: Context): Promise<SignInOrigin> => ({
  clientNetwork: clientNetwork(context),
  session: await currentSession(dependencies, context),
})

type Wish = Pick<SecondFactorTicket, 'organizationId' | 'returnTo'>

const endOf = ({ database, publicOrigin }: ApiDependencies, wish: Wish): Promise<string> =>
  returnUrl(database, publicOrigin, wish.organizationId, wish.returnTo, '/account')

const goOn = async (
  dependencies: ApiDependencies,
  context: Context,
  token: string,
  wish: Wish,
): Promise<void> => {
  const end = await endOf(dependencies, wish)
  setSessionToken(context, token)
  context.status = 303
  context.redirect(end)
}

/** The password form of an organization's sign-in page. An account with a second factor is asked for it on a page of its own. */
export const postSsoOrganization: Handler = (dependencies) => ({
  method: 'POST',
  path: '/sso/:organization',
  access: 'anyone',
  async handle(context) {
    const organization = await findOrganization(dependencies, pathPart(context, 'organization'))
    setNextPath(context, `/sso/${organization.slug}`)
    const { email, password, return_to: returnTo } = parseBody(context, form)
    const origin = await originOf(dependencies, context)
    try {
      const shown = { email, password, otp: undefined }
      const signedIn = await signInWithPassword(dependencies, organization, shown, origin)
      if (signedIn.kind === 'signed_in') {
        const wish = { organizationId: organization.id, returnTo }
        await goOn(dependencies, context, signedIn.sessionToken, wish)
        return
      }
      const { userId, methodsVersion } = signedIn
      const ticket = { userId, methodsVersion, organizationId: organization.id, returnTo }
      setSecondFactorTicket(context, await drawTicket(dependencies, ticket))
      context.status = 303
      context.redirect('/second-factor')
    } catch (error) {
      const fault = error instanceof AppError ? faultOf(context, error) : null
      if (!(error instanceof AppError) || fault === null) throw error
      context.status = httpStatus[error.code]
      context.body = await renderSignIn(dependencies, context, organization, {
        returnTo,
        password: { errors: [fault], typed: email },
      })
    }
  },
})

/** What its form says of what was typed; null for what is told on a page of its own. */
const faultOf = (context: Context, { code }: AppError): FieldError | null => {
  const locale = localeOf(context)
  if (code === 'email_invalid') return { field: 'email', message: problemText(locale, code).detail }
  return code === 'proof_invalid'
    ? { field: 'password', message: accountMessagesFor(locale).byPassword.wrong }
    : null
}

/** Asks for the code of an account whose password was right in this browser a moment ago. */
export const getSecondFactor: Handler = (dependencies) => ({
  method: 'GET',
  path: '/second-factor',
  access: 'anyone',
  async handle(context) {
    await allowEnd(dependencies, context, await ticketOf(dependencies, context))
    context.body = renderSecondFactorPage({
      locale: localeOf(context),
      supportContact: dependencies.supportContact,
    })
  },
})

/** The form's redirect may lead to an application. */
const allowEnd = async (dependencies: ApiDependencies, context: Context, wish: Wish): Promise<void> => {
  const end = await endOf(dependencies, wish)
  if (!end.startsWith('/')) allowFormTarget(context, `'self' ${new URL(end).origin}`)
}

const codeForm = z.object({ otp: z.string().max(100) })

export const postSecondFactor: Handler = (dependencies) => ({
  method: 'POST',
  path: '/second-factor',
  access: 'anyone',
  async handle(context) {
    const ticket = await ticketOf(dependencies, context)
    const { otp } = parseBody(context, codeForm)
    try {
      const token = await finishWithCode(dependencies, ticket, otp, await originOf(dependencies, context))
      clearSecondFactorTicket(context)
      await goOn(dependencies, context, token, ticket)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'proof_invalid') throw error
      await allowEnd(dependencies, context, ticket)
      const locale = localeOf(context)
      const message = accountMessagesFor(locale).totp.wrong
      context.status = httpStatus[error.code]
      context.body = renderSecondFactorPage({
        locale,
        errors: [{ field: 'otp', message }],
        supportContact: dependencies.supportContact,
      })
    }
  },
})

/** @throws AppError `proof_expired` where the password was not shown here, or too long ago */
const ticketOf = async (dependencies: ApiDependencies, context: Context): Promise<SecondFactorTicket> => {
  const ticket = await readTicket(dependencies, secondFactorTicket(context) ?? '')
  if (ticket === null) throw new AppError('proof_expired', { nextPath: '/' })
  return ticket
}

const body = z.object({
  organization: z.string().max(63),
  email: z.string().max(1000),
  password: z.string().max(2000),
  otp: z.string().max(100).optional(),
})

export const postV1Session: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/session',
  access: 'anyone',
  contract: {
    summary: 'Sign in with a password',
    body,
    answers: { 201: sessionSchema },
    idempotent: { without: 'Sent again it signs in once more. The code of a second factor is good once.' },
  },
  async handle(context) {
    const { organization: slug, email, password, otp } = parseBody(context, body)
    const organization = await findOrganization(dependencies, slug)
    const origin = await originOf(dependencies, context)
    const signedIn = await signInWithPassword(dependencies, organization, { email, password, otp }, origin)
    if (signedIn.kind === 'awaits_code') throw new AppError('second_factor_required')
    const { database, keyring } = dependencies
    const session = await database.sessions.find(keyring.hashToken(signedIn.sessionToken))
    if (session === null) throw new AppError('invalid_state')
    setSessionToken(context, signedIn.sessionToken)
    context.status = 201
    context.body = presentSession(session)
  },
})
