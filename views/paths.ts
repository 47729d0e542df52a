/** Where the pages' forms and links lead (spec: http). Each part is encoded, whatever characters it has. */
export const paths = {
  home: '/',
  account: '/account',
  accountSignIn: '/account/sign-in',
  accountSessions: '/account/sessions',
  accountEvents: '/account/events',
  accountPassword: '/account/password',
  removePassword: '/account/password/remove',
  accountTotp: '/account/totp',
  beginTotp: '/account/totp/begin',
  disableTotp: '/account/totp/disable',
  renewRecoveryCodes: '/account/totp/recovery-codes',
  reauthentication: '/account/reauthentication',
  reauthenticationAt: (identityId: string): string =>
    `/account/reauthentication/${encodeURIComponent(identityId)}`,
  formerAccount: '/account/former',
  deleteAccount: '/account/delete',
  secondFactor: '/second-factor',
  /** Its organization is where the person goes on afterwards. */
  forgotPassword: (slug: string): string => `/password?organization=${encodeURIComponent(slug)}`,
  password: '/password',
  emails: '/account/emails',
  email: (id: string, act: 'confirmation' | 'primary' | 'remove'): string =>
    `/account/emails/${encodeURIComponent(id)}/${act}`,
  unlink: (id: string): string => `/account/identities/${encodeURIComponent(id)}/unlink`,
  endOneSession: (id: string): string => `/account/sessions/${encodeURIComponent(id)}/end`,
  acceptInvitation: (id: string): string => `/account/invitations/${encodeURIComponent(id)}/accept`,
  endOtherSessions: '/account/sessions/end-others',
  organizations: '/sso',
  endSession: '/session/end',
  organization: (slug: string): string => `/sso/${encodeURIComponent(slug)}`,
  provider: (slug: string, provider: string): string =>
    `/sso/${encodeURIComponent(slug)}/${encodeURIComponent(provider)}`,
  attemptPage: (id: string): string => `/attempts/${encodeURIComponent(id)}`,
  attempt: (id: string, act: 'decision' | 'events' | 'proofs' | 'session'): string =>
    `/attempts/${encodeURIComponent(id)}/${act}`,
  singleSignOn: (slug: string, ...rest: readonly string[]): string =>
    ['/organizations', slug, 'sso', ...rest]
      .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
      .join('/'),
} as const
