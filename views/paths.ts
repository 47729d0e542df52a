/** Where the pages' forms and links lead (spec: http). Each part is encoded, whatever characters it has. */
export const paths = {
  home: '/',
  account: '/account',
  organizations: '/sso',
  endSession: '/session/end',
  organization: (slug: string): string => `/sso/${encodeURIComponent(slug)}`,
  provider: (slug: string, provider: string): string =>
    `/sso/${encodeURIComponent(slug)}/${encodeURIComponent(provider)}`,
  attempt: (id: string, act: 'decision' | 'events' | 'session'): string =>
    `/attempts/${encodeURIComponent(id)}/${act}`,
} as const
