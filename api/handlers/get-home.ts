import { renderHomePage } from '../../views/pages/home.js'
import { currentSession } from '../acts/current-session.js'
import { localeOf } from '../request.js'
import type { Handler } from '../route.js'

export const getHome: Handler = (dependencies) => ({
  method: 'GET',
  path: '/',
  access: 'anyone',
  async handle(context) {
    const session = await currentSession(dependencies, context)
    context.body = renderHomePage({
      locale: localeOf(context),
      session:
        session === null ? undefined : { name: session.user.name === '' ? undefined : session.user.name },
    })
  },
})
