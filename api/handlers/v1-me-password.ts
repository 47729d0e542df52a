import { z } from 'zod'
import { accountActor } from '../account-actor.js'
import { removePassword, setPassword } from '../acts/set-password.js'
import { parseBody } from '../request.js'
import type { Handler } from '../route.js'

const body = z.object({ password: z.string().max(2000) })

export const putV1MePassword: Handler = (dependencies) => ({
  method: 'PUT',
  path: '/v1/me/password',
  access: 'session',
  contract: {
    summary: 'Set or change the password, and end all other sessions',
    body,
    answers: { 204: null },
  },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    await setPassword(dependencies, actor, parseBody(context, body).password)
    context.status = 204
  },
})

export const deleteV1MePassword: Handler = (dependencies) => ({
  method: 'DELETE',
  path: '/v1/me/password',
  access: 'session',
  contract: { summary: 'Remove the password, and end the sessions that it opened', answers: { 204: null } },
  async handle(context) {
    await removePassword(dependencies, await accountActor(dependencies, context))
    context.status = 204
  },
})
