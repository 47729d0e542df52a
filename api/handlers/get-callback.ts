import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import type { Attempt } from '../../store/attempts.js'
import type { Session } from '../../store/sessions.js'
import { currentSession } from '../acts/current-session.js'
import { attemptsOfThisBrowser, holdsSecret, restartPath } from '../acts/own-attempt.js'
import { endRejected } from '../acts/end-rejected.js'
import { receiveAnswer } from '../acts/receive-answer.js'
import type { Received } from '../acts/receive-answer.js'
import { attemptSecret, setSessionToken } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { clientNetwork, pathPart, setNextPath } from '../request.js'
import type { Handler } from '../route.js'

/** Where a provider sends the person back. A GET, and yet it changes something: it uses up this browser's state (spec: pipeline 2.6). */
export const getCallback: Handler = (dependencies) => ({
  method: 'GET',
  path: '/callback/:provider',
  access: 'attempt',
  async handle(context) {
    // HEAD is routed here too: a link checker must not use up a person's state.
    if (context.method !== 'GET') throw new AppError('method_not_allowed')
    const answer = new URLSearchParams(context.querystring)
    const state = onlyValue(answer, 'state')
    const attempt = await attemptOfState(dependencies, context, state)
    if (attempt.provider.id !== pathPart(context, 'provider'))
      return endDisagreeing(dependencies, context, attempt)
    if (attempt.outcome === null && attempt.expired) throw new AppError('attempt_expired')
    const session = await currentSession(dependencies, context)
    const page = pageOf(attempt, session)
    if (!(await dependencies.database.attempts.useState(attempt.id))) {
      answerRepeated(context, attempt, page)
      return
    }

    const received = await receiveAnswer(dependencies, {
      attempt,
      state,
      answer,
      session,
      clientNetwork: clientNetwork(context),
    })
    if ('sessionToken' in received) setSessionToken(context, received.sessionToken)
    context.status = 303
    context.redirect(nextOf(received, attempt, page))
  },
})

/**
 * Where the person goes on with what is not done yet. An application's page can do nothing for somebody who is signed in to another
 * organization (`ownAttempt`); ours can.
 */
const pageOf = ({ id, decisionPage, provider }: Attempt, session: Session | null): string => {
  const isTheirs = session === null || session.organization.id === provider.organization.id
  if (decisionPage === null || !isTheirs) return `/attempts/${id}`
  const url = new URL(decisionPage)
  url.searchParams.set('attempt', id)
  return url.href
}

const nextOf = (received: Received, attempt: Attempt, page: string): string => {
  if (['signed_in', 'reauthenticated', 'set_up'].includes(received.kind)) return attempt.returnTo
  return received.kind === 'proved' ? `/attempts/${received.parentId}` : page
}

/**
 * The attempt that began with this state, in this browser. A state that is unknown and one of another browser get the same
 * answer, and no token endpoint is called.
 */
const attemptOfState = async (
  dependencies: ApiDependencies,
  context: Context,
  state: string,
): Promise<Attempt> => {
  const { database, keyring } = dependencies
  const attempt = await database.attempts.findByState(keyring.hashToken(state))
  if (attempt === null || !holdsSecret(dependencies, attempt, attemptSecret(context, attempt.id))) {
    throw new AppError('invalid_state')
  }
  // A proof is for the browser that holds the attempt which asked for it.
  if (attempt.parentId !== null) {
    const parent = await database.attempts.find(attempt.parentId)
    if (parent === null || !holdsSecret(dependencies, parent, attemptSecret(context, parent.id)))
      throw new AppError('invalid_state')
  }
  context.state['attemptId'] = attempt.id
  setNextPath(context, restartPath(attempt))
  return attempt
}

/**
 * Route and state name different providers: one of them may be posing as the other (RFC 9700 4.4, mix-up). The attempt of the
 * state ends, and so do this browser's attempts that await the provider of the route (spec: pipeline 2.11).
 */
const endDisagreeing = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: Attempt,
): Promise<never> => {
  const awaited = (await attemptsOfThisBrowser(dependencies, context)).filter(
    ({ stage, provider }) => stage === 'awaiting_provider' && provider.id === pathPart(context, 'provider'),
  )
  const rejection = {
    code: 'invalid_state',
    reason: 'provider_disagrees',
    clientNetwork: clientNetwork(context),
  } as const
  for (const named of [attempt, ...awaited]) await endRejected(dependencies, named, rejection)
  throw new AppError('invalid_state')
}

/** A reload, or the same answer twice: what came of the first is shown, and nothing is done again. */
const answerRepeated = (context: Context, { outcome }: Attempt, page: string): void => {
  const isTold = outcome === null || outcome.result === 'signed_in' || outcome.declined === true
  if (!isTold) throw new AppError('invalid_state')
  context.status = 303
  context.redirect(page)
}

const onlyValue = (answer: URLSearchParams, name: string): string => {
  const [value, second] = answer.getAll(name)
  if (value === undefined || value === '' || second !== undefined) throw new AppError('invalid_state')
  return value
}
