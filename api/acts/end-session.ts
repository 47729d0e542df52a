import type { Context } from 'koa'
import { endedWithSession } from '../../domain/audit-events.js'
import type { Session } from '../../store/sessions.js'
import type { Stores } from '../../store/stores.js'
import { clearSessionToken } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { clientNetwork } from '../request.js'

/** Signs this browser out. What was begun in the session and is undecided ends with it (spec: pipeline 2.11). */
export const endSession = async (
  { database }: Pick<ApiDependencies, 'database'>,
  context: Context,
  session: Session,
): Promise<void> => {
  await database.transaction(async (stores) => {
    const { attempts } = await stores.userSessions.end(session.user.id, { only: session.id })
    await stores.audit.record({
      event: 'session.ended',
      actor: { kind: 'user', id: session.user.id },
      organizationId: session.organization.id,
      attemptId: session.attemptId,
      target: { kind: 'session', id: session.id },
      clientNetwork: clientNetwork(context),
      data: {},
    })
    await auditEndedAttempts(stores, session, attempts, clientNetwork(context))
  })
  clearSessionToken(context)
}

/** Tells the audit of attempts that ended because the session that they began in is over. */
export const auditEndedAttempts = async (
  stores: Stores,
  { user }: Pick<Session, 'user'>,
  attempts: readonly { readonly id: string; readonly organizationId: string }[],
  network: string,
): Promise<void> => {
  await stores.audit.record(
    ...attempts.map(({ id, organizationId }) => ({
      event: 'attempt.ended' as const,
      actor: { kind: 'user' as const, id: user.id },
      organizationId,
      attemptId: id,
      target: { kind: 'attempt' as const, id },
      clientNetwork: network,
      data: endedWithSession,
    })),
  )
}
