import type { ApiDependencies } from '../dependencies.js'
import { isUuid } from '../request.js'
import { visitEvent } from './visit-event.js'
import type { Visit } from './visit-organization.js'

/** Takes an open invitation back: its link is void. @returns whether there was one */
export const revokeInvitation = async (
  { database }: Pick<ApiDependencies, 'database'>,
  visit: Visit,
  id: string,
): Promise<boolean> => {
  if (!isUuid(id)) return false
  return database.transaction(async (stores) => {
    const revoked = await stores.invitations.revoke(visit.organization.id, id)
    if (revoked)
      await stores.audit.record(visitEvent(visit, 'member.uninvited', { kind: 'invitation', id }, {}))
    return revoked
  })
}
