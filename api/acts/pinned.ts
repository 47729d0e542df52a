import type { Attempt } from '../../store/attempts.js'
import type { Session } from '../../store/sessions.js'

/**
 * Whether a browser is still signed in as it was when the attempt began: R is pinned (spec: pipeline 2.11). The session's id is
 * compared, not only its user: who signed out and in again is asked again.
 */
export const isPinned = (
  { sessionId }: Pick<Attempt, 'sessionId'>,
  session: Pick<Session, 'id'> | null,
): boolean => (session?.id ?? null) === sessionId

/** Whether an attempt serves no other one: it proves the account of its session once more. */
export const provesSession = ({ purpose, parentId }: Pick<Attempt, 'purpose' | 'parentId'>): boolean =>
  purpose === 'reauthenticate' && parentId === null
