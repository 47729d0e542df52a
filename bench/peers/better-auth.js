import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { genericOAuth } from 'better-auth/plugins'
import pg from 'pg'

/** Better Auth as its documentation sets it up: generic OAuth, Postgres, no rate limit, no log; one process, as our API. */
const { DATABASE_URL, ISSUER, PORT, ORIGIN } = process.env
const options = {
  baseURL: ORIGIN,
  secret: 'a secret of the benchmark, 32 characters or more',
  database: new pg.Pool({ connectionString: DATABASE_URL, max: 20 }),
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
  plugins: [
    genericOAuth({
      config: [
        {
          providerId: 'bench',
          discoveryUrl: `${ISSUER}/.well-known/openid-configuration`,
          clientId: 'bench',
          clientSecret: 'bench-secret',
          scopes: ['openid', 'email', 'profile'],
          pkce: true,
        },
      ],
    }),
  ],
}
await (await getMigrations(options)).runMigrations()
const handle = toNodeHandler(betterAuth(options))
createServer((request, response) => {
  if (request.url === '/livez') response.end('ok')
  else void handle(request, response)
}).listen(Number(PORT), '127.0.0.1')
