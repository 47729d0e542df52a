import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../../domain/errors.js'
import type { FieldError } from '../../domain/errors.js'
import { identitiesThatProve } from '../../domain/reauthentication.js'
import { checkedReturnPath } from '../../domain/return-path.js'
import type { Session } from '../../store/sessions.js'
import { accountMessagesFor } from '../../views/account-messages.js'
import { paths } from '../../views/paths.js'
import { renderReauthenticationPage } from '../../views/pages/reauthentication.js'
import { accountActor, idInPath } from '../account-actor.js'
import { accountPage } from '../account-page.js'
import { reauthenticateByIdentity, reauthenticateByPassword } from '../acts/reauthenticate.js'
import { attemptsOfBrowser, setAttemptSecret } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { httpStatus } from '../http-status.js'
import { localeOf, parseBody, queryValue, setNextPath } from '../request.js'
import type { Handler } from '../route.js'
import { startedAttemptSchema } from '../schemas.js'

const render = async (
  { database, publicOrigin }: ApiDependencies,
  context: Context,
  session: Session,
  returnTo: string | undefined,
  errors?: readonly FieldError[],
): Promise<string> => {
  const [methods, standing] = await Promise.all([
    database.signInMethods.list(session.user.id),
    database.userSessions.standing(session.id),
  ])
  const identities = standing === null ? [] : identitiesThatProve(standing, methods)
  return renderReauthenticationPage({
    locale: localeOf(context),
    organization: session.organization,
    returnTo: checkedReturnPath(returnTo, publicOrigin, '/account'),
    password: methods.password === null ? null : { withCode: methods.totp !== null },
    providers: identities.map(({ id, provider }) => ({ identityId: id, displayName: provider.displayName })),
    errors,
  })
}

/** Where the account is proved once more before a change of it. */
export const getReauthentication = accountPage(
  '/account/reauthentication',
  (dependencies, context, session) =>
    render(dependencies, context, session, queryValue(context, 'return_to')),
)

const form = z.object({
  password: z.string().max(2000),
  otp: z.string().max(100).optional(),
  return_to: z.string().optional(),
})

export const postReauthentication: Handler = (dependencies) => ({
  method: 'POST',
  path: '/account/reauthentication',
  access: 'session',
  async handle(context) {
    setNextPath(context, '/account')
    const actor = await accountActor(dependencies, context)
    const { password, otp, return_to: returnTo } = parseBody(context, form)
    try {
      await reauthenticateByPassword(dependencies, actor, { password, otp })
      context.status = 303
      context.redirect(checkedReturnPath(returnTo, dependencies.publicOrigin, '/account'))
    } catch (error) {
      if (!(error instanceof AppError) || !['proof_invalid', 'second_factor_required'].includes(error.code))
        throw error
      const message = accountMessagesFor(localeOf(context)).again.wrong
      const field = error.code === 'second_factor_required' ? 'otp' : 'password'
      context.status = httpStatus[error.code]
      context.body = await render(dependencies, context, actor.session, returnTo, [{ field, message }])
    }
  },
})

const identityForm = z.object({
  return_to: z.string().optional(),
  login_hint: z.string().max(200).optional(),
})

/** The button of one of the account's identities: on to its provider, which has to let the person sign in anew. */
export const postReauthenticationIdentity: Handler = (dependencies) => ({
  method: 'POST',
  path: '/account/reauthentication/:id',
  access: 'session',
  formOn: () => paths.reauthentication,
  async handle(context) {
    setNextPath(context, '/account/reauthentication')
    const actor = await accountActor(dependencies, context)
    const { return_to: returnTo, login_hint: loginHint } = parseBody(context, identityForm)
    const attempt = await reauthenticateByIdentity(dependencies, actor, {
      identityId: idInPath(context),
      returnTo,
      loginHint,
      attemptsOfBrowser: attemptsOfBrowser(context),
    })
    setAttemptSecret(context, attempt.id, attempt.browserSecret)
    context.status = 303
    context.redirect(attempt.authorizationUrl.href)
  },
})

const body = z.union([
  z.object({ password: z.string().max(2000), otp: z.string().max(100).optional() }),
  z.object({ identity: z.uuid(), return_to: z.string().optional() }),
])

export const postV1SessionReauthentication: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/session/reauthentication',
  access: 'session',
  contract: {
    summary: 'Prove the account once more, for 15 minutes: by its password, or by a sign-in at a provider',
    body,
    answers: { 201: startedAttemptSchema, 204: null },
    idempotent: {
      without:
        'Sent again it proves the account once more, or begins another sign-in, whose secret only the new answer’s cookie holds.',
    },
  },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    const input = parseBody(context, body)
    if ('password' in input) {
      const { password, otp } = input
      await reauthenticateByPassword(dependencies, actor, { password, otp })
      context.status = 204
      return
    }
    const attempt = await reauthenticateByIdentity(dependencies, actor, {
      identityId: input.identity,
      returnTo: input.return_to,
      loginHint: undefined,
      attemptsOfBrowser: attemptsOfBrowser(context),
    })
    setAttemptSecret(context, attempt.id, attempt.browserSecret)
    context.status = 201
    context.body = {
      id: attempt.id,
      authorization_url: attempt.authorizationUrl.href,
      expires_at: attempt.expiresAt.toISOString(),
    }
  },
})
