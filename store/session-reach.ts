import type { SessionReach } from '../domain/session-reach.js'
import { overruledBy } from './organizations.js'

/** Whether an organization lets people in through a provider only; the parameter is SQL. */
export const requiresProvider = (organization: string): string =>
  `exists (select from providers where organization_id = ${organization} and status = 'enabled' and require_link)`

/** Whether a user is the only owner of an organization who can sign in; the parameters are SQL. */
export const isOnlyOwner = (user: string, organization: string): string =>
  `coalesce((select bool_and(x.user_id = ${user}) from organization_members x join users u on u.id = x.user_id
     where x.organization_id = ${organization} and x.role = 'owner' and u.status = 'active'), false)`

/** What decides whether session s still reaches organization o, as columns; p is the provider that opened it, if one did. */
export const reachColumns = `
  p.id as provider_id, ${overruledBy} as overruled_by, o.require_second_factor, ${requiresProvider('o.id')} as requires_provider,
  ${isOnlyOwner('s.user_id', 'o.id')} as is_only_owner`

export interface ReachRow {
  provider_id: string | null
  overruled_by: string | null
  require_second_factor: boolean
  requires_provider: boolean
  is_only_owner: boolean
}

export const toReach = (row: ReachRow): SessionReach => ({
  provider: row.provider_id === null ? null : { overruledBy: row.overruled_by },
  requiresProvider: row.requires_provider,
  requiresSecondFactor: row.require_second_factor,
  isOnlyOwner: row.is_only_owner,
})
