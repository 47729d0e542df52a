import type { Context } from 'koa'
import type { Outcome } from '../../domain/attempt.js'
import { renderFinishingPage } from '../../views/pages/finishing.js'
import { renderOutcomePage } from '../../views/pages/outcome.js'
import type { OutcomePageData } from '../../views/pages/outcome.js'
import type { Attempt } from '../../store/attempts.js'
import { renderSecondFactorPage } from '../../views/pages/second-factor.js'
import { currentSession } from '../acts/current-session.js'
import { ownAttempt, restartPath } from '../acts/own-attempt.js'
import { provesSession } from '../acts/pinned.js'
import { situationOf } from '../acts/situation.js'
import { renderDecision } from '../decision-view.js'
import type { ApiDependencies } from '../dependencies.js'
import { hasEnded } from '../ended-attempt.js'
import type { EndedAttempt } from '../ended-attempt.js'
import { httpStatus, statusOf } from '../http-status.js'
import { localeOf } from '../request.js'
import type { Handler } from '../route.js'

/** The one page of an attempt: decision, finishing or outcome, whatever is the case. */
export const getAttempt: Handler = (dependencies) => ({
  method: 'GET',
  path: '/attempts/:attempt',
  access: 'attempt',
  async handle(context) {
    const attempt = await ownAttempt(dependencies, context)
    if (attempt.outcome?.result === 'proved') {
      context.status = 303
      context.redirect(provesSession(attempt) ? attempt.returnTo : restartPath(attempt))
      return
    }
    if (hasEnded(attempt)) {
      await showOutcome(dependencies, context, attempt)
      return
    }
    if (await asksSecondFactor(dependencies, attempt)) {
      context.body = renderSecondFactorPage({
        locale: localeOf(context),
        supportContact: dependencies.supportContact,
        attempt: { ...attempt.provider, id: attempt.id, restartPath: restartPath(attempt) },
      })
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

const asksSecondFactor = async (dependencies: ApiDependencies, attempt: Attempt): Promise<boolean> => {
  if (attempt.awaitsSecondFactor || attempt.stage !== 'awaiting_decision') return attempt.awaitsSecondFactor
  const situation = await situationOf(dependencies, dependencies.database, attempt)
  return situation !== null && situation.lackSecondFactor.length > 0
}

const showOutcome = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: EndedAttempt,
): Promise<void> => {
  const { outcome, restricted } = attempt
  const { database } = dependencies
  const { organization } = attempt.provider
  if (!restricted && (await isSignedInByIt(dependencies, context, attempt))) {
    context.status = 303
    context.redirect(attempt.returnTo)
    return
  }
  if (outcome.result === 'rejected') context.status = statusOf(outcome.code ?? 'internal', outcome.declined)
  if (outcome.result === 'expired') context.status = httpStatus.attempt_expired
  context.body = renderOutcomePage({
    locale: localeOf(context),
    attemptId: attempt.id,
    organization,
    outcome: pageOutcome(
      outcome,
      outcome.result === 'cancelled' && (await database.decisions.find(attempt.id)) === null,
    ),
    canRedeem: attempt.redeemable,
    switchUser: await switchOf(dependencies, context, attempt),
    restricted,
    returnTo: attempt.returnTo,
    restartPath: restartPath(attempt),
    supportContact: dependencies.supportContact,
  })
}

/** Whoever comes "back" to a sign-in that is done goes on to where it led, instead of being signed in once more at each press. */
const isSignedInByIt = async (
  dependencies: ApiDependencies,
  context: Context,
  { id, outcome, outcomeUserId, redeemable }: EndedAttempt,
): Promise<boolean> => {
  if (outcome.result !== 'signed_in') return false
  const session = await currentSession(dependencies, context)
  return redeemable ? session?.attemptId === id : session !== null && session.user.id === outcomeUserId
}

/** Whom the browser is signed in as, where the outcome would sign in somebody else in that one's place. */
const switchOf = async (
  dependencies: ApiDependencies,
  context: Context,
  { outcome, outcomeUserId }: EndedAttempt,
): Promise<OutcomePageData['switchUser']> => {
  if (outcome.how !== 'existing' || outcomeUserId === null) return undefined
  const [session, other] = await Promise.all([
    currentSession(dependencies, context),
    dependencies.database.users.find(outcomeUserId),
  ])
  return session === null || other === null || session.user.id === other.id
    ? undefined
    : {
        present: await shownAccount(dependencies, session.user),
        other: await shownAccount(dependencies, other),
      }
}

/** Two accounts of one person have one name, so the address stands beside it, and whether it is confirmed. */
const shownAccount = async (
  { database }: ApiDependencies,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<NonNullable<OutcomePageData['switchUser']>['present']> => {
  const [primary] = await database.users.listEmails(id)
  return {
    name: name === '' ? (primary?.address ?? '') : name,
    email: primary?.address,
    confirmed: primary?.verified,
  }
}

const pageOutcome = (
  { result, how, code, declined }: Outcome,
  undecided: boolean,
): OutcomePageData['outcome'] => {
  if (result === 'signed_in') return { result, how: how ?? 'existing' }
  if (result === 'rejected') return { result, code: code ?? 'internal', declined }
  return result === 'expired' ? { result } : { result: 'cancelled', undecided }
}
