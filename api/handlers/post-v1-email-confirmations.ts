import { z } from 'zod'
import { confirmEmail } from '../acts/confirm-email.js'
import { currentSession } from '../acts/current-session.js'
import { clientNetwork, parseBody } from '../request.js'
import type { Handler } from '../route.js'
import { confirmedEmailSchema } from '../schemas.js'

const body = z.object({ token: z.string().max(200) })

export const postV1EmailConfirmations: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/email-confirmations',
  access: 'session',
  contract: {
    summary: 'Confirm an address by the token of its link',
    body,
    answers: { 200: confirmedEmailSchema },
  },
  async handle(context) {
    const { token } = parseBody(context, body)
    const session = await currentSession(dependencies, context)
    const email = await confirmEmail(dependencies, token, session, clientNetwork(context))
    context.body = { state: 'confirmed', email: { id: email.id, address: email.address } }
  },
})
