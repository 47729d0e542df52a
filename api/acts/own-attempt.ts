import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import { isUuid } from '../../domain/uuid.js'
import type { Attempt } from '../../store/attempts.js'
import { attemptSecret, attemptsOfBrowser } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { asItStands } from '../ended-attempt.js'
import { hostPageOf, mayReach } from '../host-page.js'
import { pathPart, setNextPath } from '../request.js'
import { sessionOfBrowser } from './current-session.js'
import { provesSession } from './pinned.js'

/**
 * The attempt that the path names, as it stands, for the browser that holds its secret. Its id is no capability: one that does not exist and
 * one of another browser get the same answer, also for reads; and so does one that a page of an application has no business with.
 * @throws AppError `attempt_not_yours`
 */
export const ownAttempt = async (
  { database, keyring }: Pick<ApiDependencies, 'database' | 'keyring'>,
  context: Context,
): Promise<Attempt> => {
  const attemptId = pathPart(context, 'attempt')
  const secret = isUuid(attemptId) ? attemptSecret(context, attemptId) : undefined
  if (secret === undefined) throw new AppError('attempt_not_yours')
  // Before the database is asked: where that is away, the person comes back to this attempt.
  setNextPath(context, `/attempts/${attemptId}`)
  const attempt = await database.attempts.find(attemptId)
  if (
    attempt === null ||
    !holdsSecret({ keyring }, attempt, secret) ||
    !(await isOpenToPage({ database, keyring }, context, attempt))
  )
    throw new AppError('attempt_not_yours', { nextPath: '/' })
  context.state['attemptId'] = attempt.id
  return asItStands(attempt)
}

/**
 * A page of ours may do anything with an attempt of its browser. One of an application may with sign-ins to its own organization, as
 * long as nobody is signed in to another one: that session is pinned to the attempt, and would be told, used or replaced with it.
 */
const isOpenToPage = async (
  dependencies: Pick<ApiDependencies, 'database' | 'keyring'>,
  context: Context,
  { purpose, provider, stage }: Attempt,
): Promise<boolean> => {
  if (hostPageOf(context) === undefined) return true
  if (purpose !== 'sign_in' || !mayReach(context, provider.organization.id)) return false
  // Nothing can be done yet, and a look tells the page nothing of where else its visitor is signed in.
  if (stage === 'awaiting_provider') return true
  const session = await sessionOfBrowser(dependencies, context)
  return session === null || mayReach(context, session.organization.id)
}

/** All attempts whose secrets this browser holds, ended ones too. */
export const attemptsOfThisBrowser = async (
  { database, keyring }: Pick<ApiDependencies, 'database' | 'keyring'>,
  context: Context,
): Promise<Attempt[]> => {
  const named = await Promise.all(attemptsOfBrowser(context).map(({ id }) => database.attempts.find(id)))
  return named
    .filter((attempt) => attempt !== null)
    .filter((attempt) => holdsSecret({ keyring }, attempt, attemptSecret(context, attempt.id)))
}

/** Compares hashes of 256 random bits: how long that takes tells nothing that helps to guess them. */
export const holdsSecret = (
  { keyring }: Pick<ApiDependencies, 'keyring'>,
  attempt: Attempt,
  secret: string | undefined,
): boolean => secret !== undefined && keyring.hashToken(secret).equals(attempt.browserHash)

/** Where a person begins anew after an attempt that came to nothing; from one that was to prove something, back to its parent. */
export const restartPath = (attempt: Attempt): string => {
  if (attempt.parentId !== null) return `/attempts/${attempt.parentId}`
  if (attempt.purpose === 'fold') return '/account/former'
  const query = new URLSearchParams({ return_to: attempt.returnTo })
  if (provesSession(attempt)) return `/account/reauthentication?${query}`
  return `/sso/${attempt.provider.organization.slug}?${query}`
}
