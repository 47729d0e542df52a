import type { Context } from 'koa'
import type { Session } from '../../store/sessions.js'
import { clearSessionToken } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { clientNetwork } from '../request.js'

/** Signs this browser out. */
export const endSession = async (
  { database }: ApiDependencies,
  context: Context,
  session: Session,
): Promise<void> => {
  await database.transaction(async (stores) => {
    await stores.sessions.end(session.id)
    await stores.audit.record({
      event: 'session.ended',
      actor: { kind: 'user', id: session.user.id },
      organizationId: session.organization.id,
      attemptId: session.attemptId,
      target: { kind: 'session', id: session.id },
      clientNetwork: clientNetwork(context),
    })
  })
  clearSessionToken(context)
}
