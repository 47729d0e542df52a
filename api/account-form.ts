import type { Context } from 'koa'
import { AppError } from '../domain/errors.js'
import { accountActor } from './account-actor.js'
import type { AccountActor } from './acts/change-account.js'
import type { ApiDependencies } from './dependencies.js'
import { setNextPath } from './request.js'
import type { Handler } from './route.js'

type Act = (dependencies: ApiDependencies, actor: AccountActor, context: Context) => Promise<unknown>

/** A form of the account pages: does one act, then shows the page again on which it stands. */
export const accountForm =
  (path: string, back: string, act: Act): Handler =>
  (dependencies) => ({
    method: 'POST',
    path,
    access: 'session',
    async handle(context) {
      setNextPath(context, back)
      const actor = await accountActor(dependencies, context)
      try {
        await act(dependencies, actor, context)
      } catch (error) {
        // Twice is once: what was to go is gone.
        if (!(error instanceof AppError) || error.code !== 'not_found') throw error
      }
      context.status = 303
      context.redirect(back)
    },
  })
