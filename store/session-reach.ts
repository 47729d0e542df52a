/** Whether an organization lets people in through a provider only; the parameter is SQL. */
export const requiresProvider = (organization: string): string =>
  `exists (select from providers where organization_id = ${organization} and status = 'enabled' and require_link)`

/** Whether a user is the only owner of an organization; the parameters are SQL. */
export const isOnlyOwner = (user: string, organization: string): string =>
  `coalesce((select bool_and(user_id = ${user}) from organization_members where organization_id = ${organization} and role = 'owner'), false)`

/**
 * Code with which a sign-in like the one that opened session s would be refused by now, null where it would not: `refusal` and
 * `passwordRefusal` of `domain/` as SQL. It needs o, the organization, and p, the provider that opened the session, if one did.
 */
export const reachRefusal = `case
    when p.require_link then null
    when (s.identity_id is not null or not o.require_second_factor or 'totp' = any(s.methods))
      and not ${requiresProvider('s.organization_id')} then null
    when (s.identity_id is null or 'password' = any(s.methods)) and ${isOnlyOwner('s.user_id', 's.organization_id')} then null
    when ${requiresProvider('s.organization_id')} then 'provider_mismatch'
    else 'second_factor_required' end`
