import { z } from 'zod'
import { accountActor } from '../account-actor.js'
import { passwordStateSchema } from '../account-schemas.js'
import { requireSession } from '../acts/current-session.js'
import { removePassword, setPassword } from '../acts/set-password.js'
import { answerOnce } from '../idempotency-key.js'
import { parseBody } from '../request.js'
import type { Handler } from '../route.js'

const body = z.object({ password: z.string().max(2000) })

export const getV1MePassword: Handler = (dependencies) => ({
  method: 'GET',
  path: '/v1/me/password',
  access: 'session',
  contract: { summary: 'Whether it has a password, and since when', answers: { 200: passwordStateSchema } },
  async handle(context) {
    const { user } = await requireSession(dependencies, context)
    const { password } = await dependencies.database.signInMethods.list(user.id)
    context.body = { set: password !== null, changed_at: password?.changedAt.toISOString() ?? null }
  },
})

export const putV1MePassword: Handler = (dependencies) => ({
  method: 'PUT',
  path: '/v1/me/password',
  access: 'session',
  contract: {
    summary: 'Set or change the password, and end all other sessions',
    body,
    answers: { 204: null },
    idempotent: true,
  },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    const parsed = parseBody(context, body)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      body: parsed,
      act: (keeping) => setPassword(keeping, actor, parsed.password),
    })
  },
})

export const deleteV1MePassword: Handler = (dependencies) => ({
  method: 'DELETE',
  path: '/v1/me/password',
  access: 'session',
  contract: {
    summary: 'Remove the password, and end the sessions that it opened',
    answers: { 204: null },
    idempotent: true,
  },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      act: (keeping) => removePassword(keeping, actor),
    })
  },
})
