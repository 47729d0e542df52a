import type { OrganizationSettings } from '../../store/organization-settings.js'
import type { ApiDependencies } from '../dependencies.js'
import { changes } from './changes.js'
import { demandFreshProof } from './demand-fresh-proof.js'
import { visitEvent } from './visit-event.js'
import type { Visit } from './visit-organization.js'

/**
 * Changes what an organization rules of itself. The audit holds what changed, and nothing where nothing did. Seats that another limit
 * frees go to those who wait, the oldest member first.
 * @throws AppError as `demandFreshProof`, for the second factor
 */
export const editOrganization = (
  { database }: Pick<ApiDependencies, 'database'>,
  visit: Visit,
  wanted: Partial<OrganizationSettings>,
): Promise<OrganizationSettings> =>
  database.transaction(async (stores) => {
    const { organization } = visit
    const before = await stores.organizationSettings.lock(organization.id)
    const after = { ...before, ...wanted }
    const changed = changes(before, after, {
      seatLimit: 'seat_limit',
      requireSecondFactor: 'require_second_factor',
    } satisfies Record<keyof OrganizationSettings, string>)
    if (changed === null) return before
    if ('require_second_factor' in changed) await demandFreshProof(stores, visit)
    await stores.organizationSettings.save(organization.id, after)
    const seated = 'seat_limit' in changed ? await stores.members.giveSeats(organization.id) : []
    await stores.audit.record(
      visitEvent(visit, 'organization.edited', { kind: 'organization', id: organization.id }, changed),
      ...seated.map((id) => visitEvent(visit, 'member.flagged', { kind: 'user', id }, { restricted: false })),
    )
    return after
  })
