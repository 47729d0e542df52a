import type { Config } from '../config.js'

/** The configuration as JSON that may be pasted into an issue: of a key its id, of a connection string no password. */
export const redactedConfig = (config: Config): string =>
  JSON.stringify(
    {
      ...config,
      databaseUrl: withoutPassword(config.databaseUrl),
      databaseDirectUrl: withoutPassword(config.databaseDirectUrl),
      keys: config.keys.map(({ id }) => id),
      sendGrid: { ...config.sendGrid, apiKey: redacted },
      support: config.support && {
        ...config.support,
        oidc: { ...config.support.oidc, clientSecret: config.support.oidc.clientSecret && redacted },
      },
    },
    null,
    2,
  )

const redacted = '[redacted]'

const withoutPassword = (text: string): string => {
  const url = new URL(text)
  if (url.password !== '') url.password = 'redacted'
  for (const name of ['password', 'sslpassword']) {
    if (url.searchParams.has(name)) url.searchParams.set(name, 'redacted')
  }
  return url.href
}
