import type { How } from '../../domain/attempt.js'
import { AppError } from '../../domain/errors.js'
import { refusal } from '../../domain/policy.js'
import type { Act } from '../../domain/policy.js'
import type { Attempt } from '../../store/attempts.js'
import type { Session } from '../../store/sessions.js'
import type { ApiDependencies } from '../dependencies.js'
import { auditEndedAttempts } from './end-session.js'
import { restartPath } from './own-attempt.js'
import { isPinned } from './pinned.js'

/** What a provider has to serve still, for an outcome of its to become a session. */
const actOf: Readonly<Record<How, Act>> = {
  existing: 'sign_in',
  linked: 'link',
  merged: 'link',
  created: 'create',
}

/**
 * Turns the outcome `signed_in` into a session of the browser that holds the attempt's secret. It may be repeated for 10 min;
 * each time a fresh session replaces the former one and policy is asked again (spec: pipeline 3, "After the outcome").
 * The browser is signed in as when the attempt began, or as whom the attempt signs in: nobody else's session is replaced.
 * @param attempt as it was read after its outcome
 * @returns the session's token, for this browser's cookie alone
 * @throws AppError `invalid_state` where there is nothing to redeem, `attempt_expired` after 10 min, once that session has ended or
 *   what the user signs in by has changed,
 *   `wrong_user` or `not_authenticated` where the browser is not signed in as it was any more
 */
export const redeem = (
  { database, keyring }: ApiDependencies,
  attempt: Attempt,
  session: Session | null,
  clientNetwork: string,
): Promise<string> =>
  database.transaction(async (stores) => {
    // The user first, as everything does that changes its methods: what the outcome rests on stays as it is until the session is open.
    const user = attempt.outcomeUserId === null ? null : await stores.users.lock(attempt.outcomeUserId)
    const locked = await stores.attempts.lock(attempt.id)
    const nextPath = restartPath(attempt)
    if (
      locked === null ||
      locked.outcome?.result !== 'signed_in' ||
      locked.outcomeUserId === null ||
      locked.outcomeUserId !== attempt.outcomeUserId
    ) {
      throw new AppError('invalid_state', { nextPath })
    }
    if (!locked.redeemable) throw new AppError('attempt_expired', { nextPath, about: 'not_redeemed' })
    const { outcomeUserId: userId, provider } = locked
    // A first redemption whose answer never came has ended the session that the browser still names.
    const isRepeated = session === null && (await stores.sessions.isLiveFor(attempt.id))
    // The session that it began in went with the account that was folded.
    const isFolded = session === null && locked.purpose === 'fold' && locked.sessionUserId === null
    if (!isPinned(locked, session) && session?.user.id !== userId && !isRepeated && !isFolded)
      throw new AppError(session === null ? 'not_authenticated' : 'wrong_user', { nextPath })
    const membership = await stores.members.facts(userId, provider.id, null)
    const act = actOf[locked.outcome.how ?? 'existing']
    const refused = user === null ? 'user_suspended' : refusal(act, { provider, user, membership })
    if (refused !== null) throw new AppError(refused, { nextPath })

    // What somebody else began in the session that is replaced does not go on under another name.
    if (session !== null && session.user.id !== userId) {
      const { attempts } = await stores.userSessions.end(session.user.id, { only: session.id })
      await auditEndedAttempts(stores, session, attempts, clientNetwork)
    }
    const sessionToken = keyring.randomToken()
    const opened = await stores.sessions.openForAttempt(attempt.id, keyring.hashToken(sessionToken))
    const about = {
      actor: { kind: 'user', id: userId },
      organizationId: provider.organization.id,
      attemptId: attempt.id,
      clientNetwork,
    } as const
    const how = locked.outcome.how ?? 'existing'
    await stores.audit.record(
      {
        ...about,
        event: 'user.signed_in',
        target: { kind: 'identity', id: locked.outcomeIdentityId ?? '' },
        data: { how },
      },
      { ...about, event: 'session.started', target: { kind: 'session', id: opened.id }, data: {} },
    )
    return sessionToken
  })
