import { AppError } from '../../domain/errors.js'
import { mayChangeMethods } from '../../domain/reauthentication.js'
import type { SessionStanding } from '../../domain/reauthentication.js'
import type { Session } from '../../store/sessions.js'
import type { Stores } from '../../store/stores.js'

/**
 * Whoever decides whom an organization trusts has proved the account a moment ago, and not by the word of the provider that opened
 * the session alone, where the account has another way (spec: pipeline 2.2 and 2.12).
 * @throws AppError `reauthentication_required`; `not_authenticated` where the session ended meanwhile
 */
export const demandFreshProof = async (
  { signInMethods, userSessions }: Pick<Stores, 'signInMethods' | 'userSessions'>,
  { session }: { readonly session: Session },
): Promise<void> => {
  const methods = await signInMethods.list(session.user.id)
  const standing = await userSessions.standing(session.id)
  if (standing === null) throw new AppError('not_authenticated')
  if (!mayChangeMethods(standing, methods)) throw provedTooLittle(standing)
}

/** What is asked of a session that may not change anything yet: a proof that is younger, or one of another kind. */
export const provedTooLittle = ({ fresh }: SessionStanding): AppError =>
  new AppError('reauthentication_required', fresh ? { about: 'another_proof' } : {})
