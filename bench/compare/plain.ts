import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import Koa from 'koa'
import type { Context } from 'koa'
import * as oidc from 'openid-client'
import { readIdentityClaims } from '../../domain/identity-claims.js'
import { createPool } from '../../store/pool.js'
import { createDatabase } from '../../store/stores.js'

/**
 * K: the statements of a known sign-in behind plain Koa and openid-client, and nothing else. No policy, no sealing, no origin
 * check, no cookie prefix, no locale, no log: what the same login costs where nobody looks after it.
 */
const { DATABASE_URL = '', ISSUER = '', ORIGIN = '', PORT } = process.env
const database = createDatabase(
  createPool({
    databaseUrl: DATABASE_URL,
    applicationName: 'plain',
    maxConnections: 20,
    statementTimeout: 5_000,
    onIdleError: () => undefined,
  }),
)
const configuration = await oidc.discovery(
  new URL(ISSUER),
  'bench',
  {},
  oidc.ClientSecretBasic('bench-secret'),
  { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] },
)
const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
const token = (): string => randomBytes(32).toString('base64url')

const login = async (context: Context): Promise<void> => {
  const provider = await database.organizations.findProvider('acme', 'bench')
  if (provider === null) return context.throw(404)
  const [state, nonce, verifier, secret] = [token(), token(), token(), token()]
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: `${ORIGIN}/callback`,
    scope: 'openid email profile',
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const id = database.attempts.newId()
  const attempt = {
    id,
    providerId: provider.id,
    providerRequest: Buffer.from(JSON.stringify({ nonce, verifier })),
    stateHash: hash(state),
    browserHash: hash(secret),
    returnTo: '/account',
    locale: 'en',
    clientNetwork: '127.0.0.1',
    sessionId: null,
    sessionUserId: null,
  }
  await database.attempts.create(attempt, {
    event: 'attempt.started',
    actor: { kind: 'system' },
    organizationId: provider.organization.id,
    attemptId: id,
    target: { kind: 'provider', id: provider.id },
    clientNetwork: '127.0.0.1',
    data: {},
  })
  context.cookies.set('attempt', secret, { httpOnly: true })
  context.status = 201
  context.body = { authorization_url: url.href }
}

const callback = async (context: Context): Promise<void> => {
  const state = String(context.query['state'])
  const attempt = await database.attempts.findByState(hash(state))
  const secret = context.cookies.get('attempt') ?? ''
  if (attempt === null || attempt.providerRequest === null || !attempt.browserHash.equals(hash(secret)))
    return context.throw(400)
  if (!(await database.attempts.useState(attempt.id))) return context.throw(400)
  const { nonce, verifier } = JSON.parse(attempt.providerRequest.toString()) as Record<string, string>
  const tokens = await oidc.authorizationCodeGrant(configuration, new URL(context.url, ORIGIN), {
    expectedState: state,
    expectedNonce: nonce ?? '',
    pkceCodeVerifier: verifier ?? '',
  })
  const claims = tokens.claims()
  if (claims === undefined) return context.throw(400)
  const owner = await database.identities.findOwner(attempt.provider.id, claims.iss, claims.sub)
  if (owner === null) return context.throw(403)
  const identity = readIdentityClaims(claims, null, (domain) => domain)
  if (identity === null) return context.throw(400)
  const session = token()
  await database.sessions.openForKnownIdentity({
    attemptId: attempt.id,
    identityId: owner.identityId,
    claims: identity,
    joinsAs: 'unchanged',
    tokenHash: hash(session),
    clientNetwork: '127.0.0.1',
  })
  context.cookies.set('session', session, { httpOnly: true })
  context.redirect('/account')
}

const app = new Koa()
app.silent = true
app.use((context) => {
  if (context.path === '/login') return login(context)
  if (context.path === '/callback') return callback(context)
  context.body = 'ok'
})
const handle = app.callback()
createServer((request, response) => void handle(request, response)).listen(Number(PORT), '127.0.0.1')
