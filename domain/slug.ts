/** How organizations, providers and applications may be called: the names stand in addresses (`organizations_slug_shape`). */
export const slugShape = /^[a-z0-9][a-z0-9-]{0,62}$/

export const isSlug = (text: string): boolean => slugShape.test(text)
