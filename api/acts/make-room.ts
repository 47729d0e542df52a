import { openAttemptsPerBrowser } from '../../domain/attempt.js'
import { AppError } from '../../domain/errors.js'
import type { Stores } from '../../store/stores.js'
import type { NamedAttempt } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'

interface Newcomer {
  readonly attemptsOfBrowser: readonly NamedAttempt[]
  readonly clientNetwork: string
  readonly nextPath: string
}

/**
 * Makes room for one more attempt of a browser that has as many open as it may: its oldest one that still awaits its provider ends,
 * as a tab that was left there. Only attempts whose secret the browser shows count, and end (spec: pipeline 3, "start").
 * @throws AppError `too_many_attempts` where a person has yet to decide each of them, with the seconds until the first one expires
 */
export const makeRoom = async (
  { keyring }: Pick<ApiDependencies, 'keyring'>,
  stores: Stores,
  { attemptsOfBrowser, clientNetwork, nextPath }: Newcomer,
): Promise<void> => {
  if (attemptsOfBrowser.length === 0) return
  const open = await stores.attempts.lockOpen(
    attemptsOfBrowser.map(({ id, secret }) => ({ id, browserHash: keyring.hashToken(secret) })),
  )
  if (open.length < openAttemptsPerBrowser) return
  const left =
    open.find(({ awaits }) => awaits === 'provider') ?? open.find(({ awaits }) => awaits === 'callback')
  if (left === undefined)
    throw new AppError('too_many_attempts', {
      retryAfter: Math.min(...open.map(({ secondsLeft }) => secondsLeft)),
      nextPath,
    })
  await stores.attempts.end(left.id, { result: 'cancelled' }, null, {
    event: 'attempt.ended',
    actor: { kind: 'system' },
    organizationId: left.organizationId,
    attemptId: left.id,
    clientNetwork,
    data: { result: 'cancelled', reason: 'another_began' },
  })
}
