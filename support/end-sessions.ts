import { AppError } from '../domain/errors.js'
import type { StaffAct, SupportDependencies } from './act.js'

/** Signs a person out, everywhere or in the organizations that whoever asks may act for. @returns how many sessions ended @throws AppError `not_found` */
export const endSessions = (
  { database }: Pick<SupportDependencies, 'database'>,
  {
    userId,
    scope,
    actor,
    reason,
  }: StaffAct & { readonly userId: string; readonly scope: readonly string[] | null },
): Promise<number> =>
  database.transaction(async (stores) => {
    if ((await stores.users.find(userId)) === null) throw new AppError('not_found')
    const sessions = await stores.people.endSessions(userId, scope)
    if (sessions > 0)
      await stores.audit.record({
        event: 'session.ended',
        actor: { kind: 'staff', id: actor },
        organizationId: null,
        attemptId: null,
        target: { kind: 'user', id: userId },
        data: { sessions, reason },
      })
    return sessions
  })
