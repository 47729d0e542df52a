import type { Context } from 'koa'
import { AppError } from '../domain/errors.js'
import { paths } from '../views/paths.js'
import { currentSession } from './acts/current-session.js'
import { pathPart } from './request.js'
import type { Handler } from './route.js'
import { keepTyped } from './typed-before.js'

/** Leads to where the account is proved once more, and from there to a page of ours. */
export const leadToProof = (context: Context, back: string): void => {
  context.status = 303
  context.redirect(`${paths.reauthentication}?return_to=${encodeURIComponent(back)}`)
}

/**
 * A page or form of `/organizations/{organization}/sso`: where the account has to be proved once more, it leads there and then back to
 * where the person was, with what was typed.
 * @param rest what follows in the path of the page that the person comes back to; `:provider` is the one of this path
 */
export const orProveFirst =
  (rest: readonly string[], handler: Handler): Handler =>
  (dependencies) => {
    const route = handler(dependencies)
    return {
      ...route,
      async handle(context) {
        try {
          await route.handle(context)
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'reauthentication_required') throw error
          const parts = rest.map((part) => (part === ':provider' ? pathPart(context, 'provider') : part))
          const page = paths.singleSignOn(pathPart(context, 'organization'), ...parts)
          const session = await currentSession(dependencies, context)
          if (route.method === 'POST' && session !== null)
            keepTyped(dependencies, context, page, session.user.id)
          leadToProof(context, page)
        }
      },
    }
  }
