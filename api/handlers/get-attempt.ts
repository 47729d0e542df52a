import type { Context } from 'koa'
import type { Outcome } from '../../domain/attempt.js'
import { renderFinishingPage } from '../../views/pages/finishing.js'
import { renderOutcomePage } from '../../views/pages/outcome.js'
import type { OutcomePageData } from '../../views/pages/outcome.js'
import { ownAttempt, restartPath } from '../acts/own-attempt.js'
import { renderDecision } from '../decision-view.js'
import { hasEnded } from '../ended-attempt.js'
import type { EndedAttempt } from '../ended-attempt.js'
import { httpStatus } from '../http-status.js'
import { localeOf } from '../request.js'
import type { Handler } from '../route.js'

/** The one page of an attempt: decision, finishing or outcome, whatever is the case. */
export const getAttempt: Handler = (dependencies) => ({
  method: 'GET',
  path: '/attempts/:attempt',
  access: 'attempt',
  async handle(context) {
    const attempt = await ownAttempt(dependencies, context)
    if (hasEnded(attempt)) {
      showOutcome(context, attempt)
      return
    }
    if (attempt.stage === 'awaiting_decision') {
      context.body = await renderDecision(dependencies, context, attempt)
      return
    }
    context.body = renderFinishingPage({
      locale: localeOf(context),
      attemptId: attempt.id,
      organization: attempt.provider.organization,
      provider: attempt.provider,
      stage: attempt.stage === 'finishing' ? 'finishing' : 'awaiting_provider',
      restartPath: restartPath(attempt),
    })
  },
})

const showOutcome = (context: Context, attempt: EndedAttempt): void => {
  const { outcome } = attempt
  if (outcome.result === 'rejected') context.status = httpStatus[outcome.code ?? 'internal']
  if (outcome.result === 'expired') context.status = httpStatus.attempt_expired
  context.body = renderOutcomePage({
    locale: localeOf(context),
    attemptId: attempt.id,
    organization: attempt.provider.organization,
    outcome: pageOutcome(outcome),
    canRedeem: attempt.redeemable,
    returnTo: attempt.returnTo,
    restartPath: restartPath(attempt),
  })
}

const pageOutcome = ({ result, how, code }: Outcome): OutcomePageData['outcome'] => {
  if (result === 'signed_in') return { result, how: how ?? 'existing' }
  return result === 'rejected' ? { result, code: code ?? 'internal' } : { result }
}
