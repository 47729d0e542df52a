/** Whether an organization lets people in through a provider only; the parameter is SQL. */
export const requiresProvider = (organization: string): string =>
  `exists (select from providers where organization_id = ${organization} and status = 'enabled' and require_link)`

/** Whether a user is the only owner of an organization; the parameters are SQL. */
export const isOnlyOwner = (user: string, organization: string): string =>
  `coalesce((select bool_and(user_id = ${user}) from organization_members where organization_id = ${organization} and role = 'owner'), false)`
