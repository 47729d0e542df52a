import { AppError } from '../domain/errors.js'
import type { AuditEvent } from '../store/audit.js'
import type { Ended } from '../store/user-sessions.js'
import type { StaffAct, SupportDependencies } from './act.js'

export interface EndSessions extends StaffAct {
  readonly userId: string
  /** Slugs of the organizations that whoever asks may act for; null for every one. */
  readonly scope: readonly string[] | null
}

/**
 * Signs a person out: sessions end, sign-ins that were begun in them as well, and what was decided and has not become a session yet
 * becomes none (spec: pipeline 2.11).
 * @throws AppError `not_found`
 */
export const endSessions = async (
  { database }: Pick<SupportDependencies, 'database'>,
  act: EndSessions,
): Promise<Ended> => {
  const { userId, scope } = act
  return database.transaction(async (stores) => {
    if ((await stores.users.find(userId)) === null) throw new AppError('not_found')
    const all = await stores.userSessions.end(userId, scope === null ? 'all' : { organizations: scope })
    const events = eventsOf(all, act)
    if (events.length > 0) await stores.audit.record(...events)
    return all
  })
}

/** One row for each organization that the person was signed out of, and one for each sign-in that ended with it. */
const eventsOf = (
  { sessions, attempts, outcomes }: Ended,
  { userId, actor, reason }: EndSessions,
): AuditEvent[] => {
  const staff = { kind: 'staff', id: actor } as const
  const organizationIds = new Set([...sessions, ...outcomes].map((one) => one.organizationId))
  const here = (organizationId: string) => (one: { readonly organizationId: string }) =>
    one.organizationId === organizationId
  return [
    ...[...organizationIds].map((organizationId) => {
      const notRedeemed = outcomes.filter(here(organizationId)).length
      return {
        event: 'session.ended' as const,
        actor: staff,
        organizationId,
        attemptId: null,
        target: { kind: 'user' as const, id: userId },
        data: {
          sessions: sessions.filter(here(organizationId)).length,
          ...(notRedeemed === 0 ? {} : { not_redeemed: notRedeemed }),
          reason,
        },
      }
    }),
    ...attempts.map(({ id, organizationId }) => ({
      event: 'attempt.ended' as const,
      actor: staff,
      organizationId,
      attemptId: id,
      target: { kind: 'attempt' as const, id },
      data: { result: 'cancelled' as const, reason },
    })),
  ]
}
