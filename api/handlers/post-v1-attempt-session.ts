import { AppError } from '../../domain/errors.js'
import { currentSession } from '../acts/current-session.js'
import { ownAttempt } from '../acts/own-attempt.js'
import { redeem } from '../acts/redeem.js'
import { setSessionToken } from '../cookies.js'
import { presentSession } from '../present.js'
import { clientNetwork } from '../request.js'
import type { Handler } from '../route.js'
import { sessionSchema } from '../schemas.js'

export const postV1AttemptSession: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/attempts/:attempt/session',
  access: 'attempt',
  forHosts: true,
  contract: {
    summary: 'Turn the outcome into a session of this browser',
    answers: { 201: sessionSchema },
    idempotent: {
      without: 'Sent again it puts a new session in the place of the first, whose cookie may be lost.',
    },
  },
  async handle(context) {
    const { database, keyring } = dependencies
    const attempt = await ownAttempt(dependencies, context)
    const former = await currentSession(dependencies, context)
    const token = await redeem(dependencies, attempt, former, clientNetwork(context))
    const session = await database.sessions.find(keyring.hashToken(token))
    if (session === null) throw new AppError('invalid_state')
    setSessionToken(context, token)
    context.status = 201
    context.body = presentSession(session)
  },
})
