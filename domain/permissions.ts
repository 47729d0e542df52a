import type { Role } from './policy.js'

/** What a member may do with its organization. */
export type Permission = 'organization:read' | 'organization:write'

const permissions: Readonly<Record<Role, readonly Permission[]>> = {
  owner: ['organization:read', 'organization:write'],
  manager: ['organization:read'],
  member: [],
}

export const isAllowed = (role: Role, permission: Permission): boolean =>
  permissions[role].includes(permission)

/** Roles that an organization may give to whoever joins through its provider: an owner is made by an owner, by name. */
export const joiningRoles = ['member', 'manager'] as const satisfies readonly Role[]
