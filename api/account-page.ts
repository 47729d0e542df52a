import type { Context } from 'koa'
import type { Session } from '../store/sessions.js'
import { currentSession, refuseLostReach } from './acts/current-session.js'
import type { ApiDependencies } from './dependencies.js'
import type { Handler } from './route.js'

type Render = (dependencies: ApiDependencies, context: Context, session: Session) => Promise<string>

/** A page of the account for who is signed in here; everybody else is led to where to sign in. */
export const accountPage =
  (path: string, render: Render): Handler =>
  (dependencies) => ({
    method: 'GET',
    path,
    access: 'session',
    async handle(context) {
      const session = await currentSession(dependencies, context)
      if (session === null) {
        await refuseLostReach(dependencies, context, context.path)
        context.status = 303
        context.redirect('/')
        return
      }
      context.body = await render(dependencies, context, session)
    },
  })
