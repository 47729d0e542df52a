import { expect, it } from '@jest/globals'
import { redactedConfig } from '../../cli/print-config.js'
import { readConfig, secretNames } from '../../config.js'

const canary = 'Y2FuYXJ5'
const key = canary.repeat(5) + 'aaa='

it('shows every setting and no secret', () => {
  const env: Record<string, string> = {
    PUBLIC_ORIGIN: 'https://sign-in.example',
    DATABASE_URL: `postgres://auth:${canary}@db.example:5432/auth`,
    DATABASE_DIRECT_URL: `postgres://auth@db.example:5432/auth?password=${canary}&sslpassword=${canary}`,
    APP_KEYS: `k2:${key},k1:${key}`,
    SENDGRID_API_KEY: `SG.${canary}`,
    MAIL_FROM: 'Example Sign-in <no-reply@sign-in.example>',
    SUPPORT_ORIGIN: 'https://support.example',
    SUPPORT_OIDC_ISSUER: 'https://id.example',
    SUPPORT_OIDC_CLIENT_ID: 'console',
    SUPPORT_OIDC_CLIENT_SECRET: canary,
  }
  for (const name of secretNames) expect(env[name]).toContain(canary)
  const config = readConfig(env)
  const shown = redactedConfig(config)
  expect(shown).not.toContain(canary)
  expect(Object.keys(JSON.parse(shown) as object)).toEqual(Object.keys(config))
  expect(JSON.parse(shown)).toMatchObject({
    publicOrigin: 'https://sign-in.example',
    databaseUrl: 'postgres://auth:redacted@db.example:5432/auth',
    keys: ['k2', 'k1'],
    listen: { port: 3000 },
    support: { oidc: { clientId: 'console', clientSecret: '[redacted]' } },
  })
})
