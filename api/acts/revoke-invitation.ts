import { AppError } from '../../domain/errors.js'
import { isUuid } from '../../domain/uuid.js'
import type { ApiDependencies } from '../dependencies.js'
import { visitEvent } from './visit-event.js'
import type { Visit } from './visit-organization.js'

/** Takes an open invitation back: its link is void. @throws AppError `not_found` where there is none */
export const revokeInvitation = async (
  { database }: Pick<ApiDependencies, 'database'>,
  visit: Visit,
  id: string,
): Promise<void> => {
  if (!isUuid(id)) throw new AppError('not_found')
  await database.transaction(async (stores) => {
    const revoked = await stores.invitations.revoke(visit.organization.id, id)
    if (!revoked) throw new AppError('not_found')
    await stores.audit.record(visitEvent(visit, 'member.uninvited', { kind: 'invitation', id }, {}))
  })
}
