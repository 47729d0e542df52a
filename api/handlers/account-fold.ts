import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import { renderAccountFoldPage } from '../../views/pages/account-fold.js'
import { accountActor } from '../account-actor.js'
import { accountPage } from '../account-page.js'
import { startFold } from '../acts/start-fold.js'
import { attemptsOfBrowser, setAttemptSecret } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { leadToProof } from '../prove-first.js'
import { localeOf, setNextPath } from '../request.js'
import type { Handler } from '../route.js'
import { startedFoldSchema } from '../schemas.js'

const begin = async (
  dependencies: ApiDependencies,
  context: Context,
): Promise<{ readonly id: string; readonly expiresAt: Date }> => {
  const actor = await accountActor(dependencies, context)
  const attempt = await startFold(dependencies, actor, attemptsOfBrowser(context))
  setAttemptSecret(context, attempt.id, attempt.browserSecret)
  return attempt
}

export const getAccountFormer = accountPage('/account/former', (_, context, session) =>
  Promise.resolve(renderAccountFoldPage({ locale: localeOf(context), organization: session.organization })),
)

/** "I already had an account": on to where that one is proved, as for a sign-in that nobody knows. */
export const postAccountFormer: Handler = (dependencies) => ({
  method: 'POST',
  path: '/account/former',
  access: 'session',
  async handle(context) {
    setNextPath(context, '/account')
    try {
      const { id } = await begin(dependencies, context)
      context.status = 303
      context.redirect(`/attempts/${id}/proofs`)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'reauthentication_required') throw error
      leadToProof(context, '/account/former')
    }
  },
})

export const postV1MeFold: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/me/fold',
  access: 'session',
  contract: {
    summary:
      'Begin to move this account, which has no confirmed address, into one that the person had before: an attempt that takes proofs, and `merge`',
    answers: { 201: startedFoldSchema },
    idempotent: {
      without:
        'Sent again it begins another one, whose secret only the new answer’s cookie holds; the first expires.',
    },
  },
  async handle(context) {
    const { id, expiresAt } = await begin(dependencies, context)
    context.status = 201
    context.body = { id, expires_at: expiresAt.toISOString() }
  },
})
