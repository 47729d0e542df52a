import type { Context } from 'koa'
import { AppError } from '../domain/errors.js'
import { accountActor } from './account-actor.js'
import type { AccountActor } from './acts/change-account.js'
import type { ApiDependencies } from './dependencies.js'
import { httpStatus } from './http-status.js'
import { leadToProof } from './prove-first.js'
import { setNextPath } from './request.js'
import type { Handler } from './route.js'

type Act = (dependencies: ApiDependencies, actor: AccountActor, context: Context) => Promise<unknown>

/** The form's page once more, with what was wrong; null for an error that the page has no words for. */
type ShowAgain = (
  dependencies: ApiDependencies,
  actor: AccountActor,
  context: Context,
  error: AppError,
) => Promise<string | null> | string | null

/**
 * A form of the account pages: does one act, then shows the page again on which it stands, or the text that the act returned. An act
 * that needs the account proved once more leads to where that is done.
 */
export const accountForm =
  (path: string, back: string, act: Act, showAgain: ShowAgain = () => null): Handler =>
  (dependencies) => ({
    method: 'POST',
    path,
    access: 'session',
    formOn: () => back,
    async handle(context) {
      setNextPath(context, back)
      const actor = await accountActor(dependencies, context)
      try {
        const page = await act(dependencies, actor, context)
        if (typeof page === 'string') {
          context.body = page
          return
        }
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        if (error.code === 'reauthentication_required') {
          leadToProof(context, back)
          return
        }
        const page = await showAgain(dependencies, actor, context, error)
        if (page !== null) {
          context.status = httpStatus[error.code]
          context.body = page
          return
        }
        // Twice is once: what was to go is gone.
        if (error.code !== 'not_found') throw error
      }
      leadOn(context, back)
    },
  })

const leadOn = (context: Context, path: string): void => {
  context.status = 303
  context.redirect(path)
}
