/** How organizations, providers and applications may be called: the names stand in addresses (`organizations_slug_shape`). */
export const slugShape = /^[a-z0-9][a-z0-9-]{0,62}$/

export const isSlug = (text: string): boolean => slugShape.test(text)

/** Parts of the addresses of an organization's own pages, which a provider of that name would hide behind (`providers_name_free`). */
export const reservedProviderNames: readonly string[] = ['connect', 'domains', 'invitations', 'settings']
