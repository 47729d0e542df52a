import { openAttemptsPerBrowser } from '../../domain/attempt.js'
import { AppError } from '../../domain/errors.js'
import type { OpenAttempt } from '../../store/open-attempts.js'
import type { Stores } from '../../store/stores.js'
import type { NamedAttempt } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'

interface Newcomer {
  /** The only organization whose attempts may end for it; any where absent. */
  readonly within?: string | undefined
  readonly attemptsOfBrowser: readonly NamedAttempt[]
  readonly clientNetwork: string
}

/**
 * Makes room for one more attempt of a browser that has as many open as it may: its oldest one that still awaits its provider ends,
 * as a tab that was left there. Only attempts whose secret the browser shows count, and end (spec: pipeline 3, "start").
 * @throws AppError `too_many_attempts` where a person has yet to decide each of them, with the seconds until the first one expires
 */
export const makeRoom = async (
  { keyring }: Pick<ApiDependencies, 'keyring'>,
  stores: Stores,
  { attemptsOfBrowser, clientNetwork, within }: Newcomer,
): Promise<void> => {
  if (attemptsOfBrowser.length === 0) return
  const open = await stores.attempts.lockOpen(
    attemptsOfBrowser.map(({ id, secret }) => ({ id, browserHash: keyring.hashToken(secret) })),
  )
  // More than one, where several began at once: a request does not name what another one is about to begin.
  const surplus = open.length - openAttemptsPerBrowser + 1
  if (surplus <= 0) return
  const waiting = (whom: OpenAttempt['awaits']): OpenAttempt[] => open.filter(({ awaits }) => awaits === whom)
  const left = [...waiting('provider'), ...waiting('callback')]
    .filter(({ organizationId }) => within === undefined || organizationId === within)
    .slice(0, surplus)
  if (left.length < surplus)
    throw new AppError('too_many_attempts', {
      retryAfter: Math.min(...open.map(({ secondsLeft }) => secondsLeft)),
      // One of those that wait for a person: there it can be decided or cancelled.
      nextPath: `/attempts/${waiting('person')[0]?.id ?? ''}`,
      about: 'open_attempts',
    })
  for (const { id } of left) await stores.attempts.end(id, { result: 'cancelled' })
  await stores.audit.record(
    ...left.map(({ id, organizationId }) => ({
      event: 'attempt.ended' as const,
      actor: { kind: 'system' } as const,
      organizationId,
      attemptId: id,
      target: { kind: 'attempt' as const, id },
      clientNetwork,
      data: { result: 'cancelled' as const, reason: 'another_began' },
    })),
  )
}
