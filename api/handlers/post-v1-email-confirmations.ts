import { z } from 'zod'
import { confirmedEmailSchema } from '../account-schemas.js'
import { confirmEmail } from '../acts/confirm-email.js'
import { currentSession } from '../acts/current-session.js'
import { presentConfirmed } from '../present-account.js'
import { clientNetwork, parseBody } from '../request.js'
import type { Handler } from '../route.js'

const body = z.object({ token: z.string().max(200) })

export const postV1EmailConfirmations: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/email-confirmations',
  access: 'session',
  contract: {
    summary: 'Confirm an address by the token of its link',
    body,
    answers: { 200: confirmedEmailSchema },
    idempotent: { without: 'Sent again it is `already_confirmed`.' },
  },
  async handle(context) {
    const { token } = parseBody(context, body)
    const session = await currentSession(dependencies, context)
    context.body = presentConfirmed(await confirmEmail(dependencies, token, session, clientNetwork(context)))
  },
})
