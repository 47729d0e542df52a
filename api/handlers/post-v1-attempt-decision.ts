import { randomUUID } from 'node:crypto'
import { currentSession } from '../acts/current-session.js'
import { decide } from '../acts/decide.js'
import { ownAttempt } from '../acts/own-attempt.js'
import { decisionBody } from '../decision-body.js'
import { hostPageOf } from '../host-page.js'
import { idempotencyKeyOf } from '../idempotency-key.js'
import { presentOutcome } from '../present.js'
import { clientNetwork, parseBody } from '../request.js'
import type { Handler } from '../route.js'
import { decidedSchema } from '../schemas.js'

export const postV1AttemptDecision: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/attempts/:attempt/decision',
  access: 'attempt',
  forHosts: true,
  contract: {
    summary: 'Decide what becomes of an unknown identity',
    body: decisionBody,
    answers: { 200: decidedSchema, 202: decidedSchema },
    idempotent: true,
  },
  async handle(context) {
    const attempt = await ownAttempt(dependencies, context)
    const body = parseBody(context, decisionBody)
    const session = await currentSession(dependencies, context)
    const ended = await decide(dependencies, attempt, {
      choice: body.decision,
      email: body.email,
      name: body.name,
      replace: body.replace ?? false,
      version: body.version,
      idempotencyKey: idempotencyKeyOf(context) ?? randomUUID(),
      session,
      byHost: hostPageOf(context) !== undefined,
      clientNetwork: clientNetwork(context),
    })
    context.status = ended === null ? 202 : 200
    context.body = { outcome: ended === null ? null : presentOutcome(ended) }
  },
})
