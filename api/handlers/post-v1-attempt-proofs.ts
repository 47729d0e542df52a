import { AppError } from '../../domain/errors.js'
import { ownAttempt } from '../acts/own-attempt.js'
import { beginProofByIdentity, takeSecondFactor } from '../acts/prove.js'
import { takeProof } from '../acts/take-proof.js'
import { hostPageOf } from '../host-page.js'
import { hasEnded } from '../ended-attempt.js'
import { presentOutcome, presentProof } from '../present.js'
import { proofBody } from '../proof-body.js'
import { parseBody } from '../request.js'
import type { Handler } from '../route.js'
import {
  mailedCodeSchema,
  secondFactorPassedSchema,
  startedAttemptSchema,
  takenProofSchema,
} from '../schemas.js'

export const postV1AttemptProofs: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/attempts/:attempt/proofs',
  access: 'attempt',
  forHosts: true,
  contract: {
    summary: 'Prove an account, so that it signs in or an identity can be connected to it',
    body: proofBody,
    answers: {
      201: startedAttemptSchema.or(secondFactorPassedSchema).or(takenProofSchema),
      202: mailedCodeSchema,
    },
    idempotent: {
      without:
        'The attempt says what is proved: look there before you send one again. A code is good once, and mailed codes are counted.',
    },
  },
  async handle(context) {
    const attempt = await ownAttempt(dependencies, context)
    const body = parseBody(context, proofBody)
    if (body.kind === 'second_factor') {
      await takeSecondFactor(dependencies, context, attempt, body)
      const now = await dependencies.database.attempts.find(attempt.id)
      context.status = 201
      context.body = {
        kind: body.kind,
        outcome: now !== null && hasEnded(now) ? presentOutcome(now) : null,
      }
      return
    }
    if (body.kind !== 'provider') {
      const taken = await takeProof(dependencies, context, attempt, body)
      if (taken.kind === 'mailed') {
        context.status = 202
        context.body = { kind: 'email', expires_at: taken.expiresAt.toISOString(), account: null }
        return
      }
      // The password is kept: the code may follow with it, or as a proof of kind `second_factor`.
      if (taken.awaitsCode) throw new AppError('second_factor_required')
      context.status = 201
      context.body = { ...presentProof(taken.proof), account: taken.proof.userId !== null }
      return
    }
    // It proves without a word being typed: only our own page says what for, before the click.
    if (hostPageOf(context) !== undefined) throw new AppError('cross_origin')
    const child = await beginProofByIdentity(dependencies, context, attempt, body)
    context.status = 201
    context.body = {
      id: child.id,
      authorization_url: child.authorizationUrl.href,
      expires_at: child.expiresAt.toISOString(),
    }
  },
})
