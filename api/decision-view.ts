import { randomUUID } from 'node:crypto'
import type { Context } from 'koa'
import { AppError } from '../domain/errors.js'
import type { FieldError } from '../domain/errors.js'
import type { Attempt } from '../store/attempts.js'
import { renderDecisionPage } from '../views/pages/decision.js'
import { currentSession } from './acts/current-session.js'
import { situationOf } from './acts/situation.js'
import type { ApiDependencies } from './dependencies.js'
import { subjectHint } from './present.js'
import { localeOf } from './request.js'

/** What was posted and refused, to be shown again. */
export interface RefusedForm {
  readonly errors: readonly FieldError[]
  readonly values: { readonly email: string | undefined; readonly name: string | undefined }
}

/** The decision page of an attempt that awaits one. */
export const renderDecision = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: Attempt,
  refused?: RefusedForm,
): Promise<string> => {
  const [situation, session] = await Promise.all([
    situationOf(dependencies, dependencies.database, attempt),
    currentSession(dependencies, context),
  ])
  if (situation === null) throw new AppError('invalid_state')
  const { claims, offers } = situation
  return renderDecisionPage({
    locale: localeOf(context),
    now: new Date(),
    attemptId: attempt.id,
    organization: attempt.provider.organization,
    provider: attempt.provider,
    identity: {
      name: claims.name === '' ? undefined : claims.name,
      email: claims.email?.address,
      subjectHint: subjectHint(claims.subject),
    },
    sessionUser: session === null ? undefined : { name: session.user.name },
    offers: offers.choices,
    whyNoCreate: offers.createRefused ?? undefined,
    needsEmail: claims.email === null,
    idempotencyKey: randomUUID(),
    expiresAt: attempt.expiresAt,
    errors: refused?.errors,
    values: refused?.values,
  })
}
