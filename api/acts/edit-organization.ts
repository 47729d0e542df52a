import type { OrganizationSettings } from '../../store/organization-settings.js'
import type { ApiDependencies } from '../dependencies.js'
import { changes } from './changes.js'
import type { Visit } from './visit-organization.js'

/** Changes what an organization rules of itself. The audit holds what changed, and nothing where nothing did. */
export const editOrganization = (
  { database }: Pick<ApiDependencies, 'database'>,
  { organization, session, clientNetwork }: Visit,
  wanted: Partial<OrganizationSettings>,
): Promise<OrganizationSettings> =>
  database.transaction(async (stores) => {
    const before = await stores.organizationSettings.lock(organization.id)
    const after = { ...before, ...wanted }
    const changed = changes<OrganizationSettings>(before, after, {
      seatLimit: 'seat_limit',
      requireSecondFactor: 'require_second_factor',
    })
    if (changed === null) return before
    await stores.organizationSettings.save(organization.id, after)
    await stores.audit.record({
      event: 'organization.edited',
      actor: { kind: 'user', id: session.user.id },
      organizationId: organization.id,
      attemptId: null,
      target: { kind: 'organization', id: organization.id },
      clientNetwork,
      data: changed,
    })
    return after
  })
