import { AppError } from '../../domain/errors.js'
import type { ApiDependencies } from '../dependencies.js'
import { endedEvents } from './change-account.js'
import type { AccountActor } from './change-account.js'

/**
 * Ends one session of the account that this session belongs to, or all but this one, and the open attempts in them. To end a session
 * needs no fresh proof: it gives nobody anything.
 * @throws AppError `not_found` for one that does not count any more or is somebody else's
 */
export const endSessions = async (
  { database }: Pick<ApiDependencies, 'database'>,
  { session, clientNetwork }: AccountActor,
  which: { readonly only: string } | 'others',
): Promise<void> => {
  await database.transaction(async (stores) => {
    const ended = await stores.userSessions.end(
      session.user.id,
      which === 'others' ? { except: session.id } : which,
    )
    if (which !== 'others' && ended.sessions.length === 0) throw new AppError('not_found')
    const events = endedEvents(ended, { actor: { kind: 'user', id: session.user.id }, clientNetwork })
    if (events.length > 0) await stores.audit.record(...events)
  })
}
