import { createHash, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { CryptoKey, JWK, JWTPayload } from 'jose'

type Json = Record<string, unknown>

/** An answer of one endpoint; `hang` stops in the middle of it for ever. */
export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly hang?: boolean
}

export interface SigningKey {
  readonly kid: string
  readonly alg: 'RS256' | 'ES256'
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

/** What a provider does otherwise than an honest one; each hook is given what the honest one would say. */
export interface Lie {
  readonly metadata?: (honest: Json) => Json
  /** The query of the redirect that brings the person back. */
  readonly answer?: (honest: Readonly<Record<string, string>>) => Readonly<Record<string, string>>
  readonly claims?: (honest: JWTPayload) => JWTPayload
  /** The ID token as text. */
  readonly idToken?: (claims: JWTPayload, key: SigningKey) => Promise<string> | string
  readonly token?: (honest: Json) => Json | Reply
  readonly userinfo?: (honest: Json) => Json | Reply | Promise<Reply>
  readonly keys?: (honest: readonly JWK[]) => readonly JWK[]
  /** It takes codes without asking whose they are. */
  readonly ignoresVerifier?: boolean
}

/** A request to the token endpoint that brought the right code. */
interface TokenRequest {
  readonly authorization: string | undefined
  readonly body: URLSearchParams
}

export interface LyingProvider {
  readonly issuer: string
  /** What it says from now on; `{}` is the truth. */
  lie(lie: Lie): void
  /** From now on it signs with another key, and publishes that one only. */
  rotateKey(): Promise<void>
  /** What came to each endpoint, oldest first: `GET /keys`. */
  readonly requests: readonly string[]
  readonly tokenRequests: readonly TokenRequest[]
  close(): Promise<void>
}

export const lyingClient = { id: 'lying client', secret: 's3cr:t %&+ü' } as const

/** Marks a reply, so that it is not taken for a body. */
export const reply = (answer: Reply): Reply => ({ status: 200, ...answer })

/** All begin with the same one: making a key takes longer than signing in. */
let firstKey: Promise<SigningKey> | undefined

/**
 * An OpenID Provider on loopback that signs in whomever `login_hint` names and then says of them what the present lie is.
 * Honest, it is strict: codes work once, PKCE is demanded, the client is authenticated as its metadata say.
 */
export const startLyingProvider = async (lie: Lie = {}): Promise<LyingProvider> => {
  let present = lie
  firstKey ??= newKey()
  let key = await firstKey
  const codes = new Map<string, URLSearchParams>()
  const requests: string[] = []
  const tokenRequests: TokenRequest[] = []

  const metadata = (): Json => {
    const honest: Json = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    }
    return present.metadata?.(honest) ?? honest
  }

  const authorize = (query: URLSearchParams): Reply => {
    const code = randomUUID()
    codes.set(code, query)
    const honest = { code, state: query.get('state') ?? '', iss: issuer }
    const back = new URL(query.get('redirect_uri') ?? '')
    back.search = new URLSearchParams(present.answer?.(honest) ?? honest).toString()
    return reply({ status: 303, headers: { location: back.href } })
  }

  const claimsFor = (query: URLSearchParams): JWTPayload => {
    const now = Math.floor(Date.now() / 1000)
    const subject = query.get('login_hint') ?? ''
    const honest: JWTPayload = {
      iss: issuer,
      sub: subject,
      aud: lyingClient.id,
      nonce: query.get('nonce') ?? '',
      iat: now,
      exp: now + 300,
      name: `Person ${subject}`,
      email: `${subject}@people.example`,
      email_verified: false,
    }
    return present.claims?.(honest) ?? honest
  }

  const exchange = async (request: IncomingMessage): Promise<Reply> => {
    const body = new URLSearchParams(await textOf(request))
    const query = codes.get(body.get('code') ?? '')
    codes.delete(body.get('code') ?? '')
    const proved =
      present.ignoresVerifier === true ||
      challengeOf(body.get('code_verifier') ?? '') === query?.get('code_challenge')
    if (query === undefined || !proved) return refuse('invalid_grant')
    if (!isClient(metadata()['token_endpoint_auth_methods_supported'], request.headers.authorization, body))
      return refuse('invalid_client')
    tokenRequests.push({ authorization: request.headers.authorization, body })
    const claims = claimsFor(query)
    const idToken = await (present.idToken ?? signed)(claims, key)
    const subject = String(claims.sub)
    const honest = { access_token: `at-${subject}`, token_type: 'Bearer', expires_in: 60, id_token: idToken }
    return asReply(present.token?.(honest) ?? honest)
  }

  const userinfo = async (request: IncomingMessage): Promise<Reply> => {
    const subject = (request.headers.authorization ?? '').replace(/^Bearer at-/, '')
    const honest = {
      sub: subject,
      name: `Person ${subject}`,
      email: `${subject}@people.example`,
      email_verified: false,
    }
    return asReply((await present.userinfo?.(honest)) ?? honest)
  }

  const endpoints: Record<
    string,
    (request: IncomingMessage, query: URLSearchParams) => Reply | Promise<Reply>
  > = {
    '/.well-known/openid-configuration': () => asReply(metadata()),
    '/authorize': (_request, query) => authorize(query),
    '/token': exchange,
    '/userinfo': userinfo,
    '/keys': () => asReply({ keys: present.keys?.([key.publicJwk]) ?? [key.publicJwk] }),
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer)
    requests.push(`${request.method ?? ''} ${pathname}`)
    const answered = endpoints[pathname]?.(request, searchParams) ?? reply({ status: 404 })
    void Promise.resolve(answered).then((answer) => send(response, answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    issuer,
    requests,
    tokenRequests,
    lie(next) {
      present = next
    },
    async rotateKey() {
      key = await newKey()
    },
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** An honest signature over claims that may lie. */
export const signed = (claims: JWTPayload, { kid, alg, privateKey }: SigningKey): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(privateKey)

/** A provider whose only key is this one, and says so. */
export const signsWith = (
  key: SigningKey,
  idToken: Lie['idToken'] = (claims) => signed(claims, key),
): Lie => ({
  metadata: (honest) => ({ ...honest, id_token_signing_alg_values_supported: [key.alg] }),
  keys: () => [key.publicJwk],
  idToken,
})

/** A provider whose userinfo is a JWT, as its metadata promise. */
export const signedUserinfo = (sign: (honest: JWTPayload) => Promise<string>): Lie => ({
  metadata: (honest) => ({ ...honest, userinfo_signing_alg_values_supported: ['RS256'] }),
  userinfo: async (honest) =>
    reply({
      headers: { 'content-type': 'application/jwt' },
      body: await sign({ ...honest, iss: honest['iss'] as string, aud: lyingClient.id }),
    }),
})

export const newKey = async (alg: 'RS256' | 'ES256' = 'RS256'): Promise<SigningKey> => {
  const kid = randomUUID()
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

/** `client_secret_basic` where the metadata are silent (OIDC Discovery 1.0, 3), id and secret form-encoded (RFC 6749 2.3.1). */
const isClient = (methods: unknown, authorization: string | undefined, body: URLSearchParams): boolean => {
  const [method] = Array.isArray(methods) ? (methods as unknown[]) : ['client_secret_basic']
  if (method === 'client_secret_post')
    return body.get('client_id') === lyingClient.id && body.get('client_secret') === lyingClient.secret
  const [id = '', secret = ''] = Buffer.from((authorization ?? '').replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':')
  const read = (text: string): string => new URLSearchParams(`v=${text}`).get('v') ?? ''
  return (
    body.get('client_secret') === null && read(id) === lyingClient.id && read(secret) === lyingClient.secret
  )
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

const refuse = (error: string): Reply =>
  asReply(reply({ status: 400, headers: json, body: JSON.stringify({ error }) }))
const json = { 'content-type': 'application/json' }

const asReply = (answer: Json | Reply): Reply =>
  'status' in answer ? answer : { status: 200, headers: json, body: JSON.stringify(answer) }

const send = (
  response: ServerResponse,
  { status = 200, headers = {}, body = '', hang = false }: Reply,
): void => {
  if (hang && body === '') return
  response.writeHead(status, headers)
  if (hang) response.write(body)
  else response.end(body)
}
