/**
 * Issuers with whom anybody can have an account. `everyone` at one of them would open the organization to the world
 * (spec: pipeline 3, "Commit: attach" 3). Hosts, with a path where other paths of the host belong to somebody.
 */
const openToPublic: readonly string[] = [
  'accounts.google.com',
  'appleid.apple.com',
  'login.microsoftonline.com/common',
  'login.microsoftonline.com/organizations',
  'login.microsoftonline.com/consumers',
  // The tenant of all personal accounts.
  'login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad',
  'login.live.com',
  'api.login.yahoo.com',
  'login.yahoo.co.jp',
  'auth.login.yahoo.co.jp',
  'www.facebook.com',
  'facebook.com',
  'limited.facebook.com',
  'www.linkedin.com',
  'id.twitch.tv',
  'slack.com',
  'discord.com',
  'gitlab.com',
  'github.com',
  'token.actions.githubusercontent.com',
  'www.paypal.com',
  'www.amazon.com',
  'access.line.me',
  'kauth.kakao.com',
  'login.salesforce.com',
  'id.vk.com',
  'oauth.telegram.org',
  'orcid.org',
  'accounts.spotify.com',
  'id.atlassian.com',
  'auth.atlassian.com',
]

/** @param issuer a URL */
export const isOpenToPublic = (issuer: string): boolean => {
  const { hostname, pathname } = new URL(issuer)
  const place = `${hostname.replace(/\.$/, '')}${pathname}`.toLowerCase().replace(/\/*$/, '/')
  return openToPublic.some((open) => place.startsWith(`${open}/`))
}
