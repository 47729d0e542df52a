import { currentSession } from '../acts/current-session.js'
import { ownAttempt } from '../acts/own-attempt.js'
import { situationOf } from '../acts/situation.js'
import { presentAttempt } from '../present.js'
import type { Handler } from '../route.js'
import { attemptSchema } from '../schemas.js'

export const getV1Attempt: Handler = (dependencies) => ({
  method: 'GET',
  path: '/v1/attempts/:attempt',
  access: 'attempt',
  forHosts: true,
  contract: { summary: 'Where a sign-in stands', answers: { 200: attemptSchema } },
  async handle(context) {
    const attempt = await ownAttempt(dependencies, context)
    const [situation, session, [progress]] = await Promise.all([
      situationOf(dependencies, dependencies.database, attempt),
      currentSession(dependencies, context),
      dependencies.database.attempts.listProgress([attempt.id]),
    ])
    context.body = presentAttempt(attempt, situation, progress?.mail ?? null, session)
  },
})
