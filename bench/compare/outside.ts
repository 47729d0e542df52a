import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'

/**
 * What lies outside of all that is compared, in a process of its own and as lean as it can be: an OpenID Provider that takes any
 * code (base64url JSON with subject and nonce, which the driver makes) and signs ES256, and a mail API that takes any message.
 * `GET /mails` tells how many it took and refused, and how many differed; `POST /mails/mode` has it fail, or take so many a second.
 */
const port = Number(process.env['PORT'])
const issuer = `http://127.0.0.1:${port}`
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'ES256', use: 'sig' }
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = part({ alg: 'ES256', kid: 'bench', typ: 'JWT' })

const idToken = (code: string): string => {
  const { sub, nonce } = JSON.parse(Buffer.from(code, 'base64url').toString()) as {
    sub: string
    nonce?: string
  }
  const now = Math.floor(Date.now() / 1000)
  const text = `${header}.${part({
    iss: issuer,
    aud: 'bench',
    sub,
    nonce,
    iat: now,
    exp: now + 300,
    email: `${sub}@people.example`,
    email_verified: false,
    name: `Person ${sub}`,
  })}`
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  userinfo_endpoint: `${issuer}/userinfo`,
  jwks_uri: `${issuer}/keys`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['ES256'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const mails = { taken: 0, refused: 0, recipients: new Set<string>() }
/** As a mail provider in trouble: nothing goes, or so many in each second and 429 for the rest. */
const mode = { down: false, perSecond: Infinity }
const second = { at: 0, taken: 0 }

const refusal = (): [status: number, body: unknown, headers?: object] | null => {
  if (mode.down) return [503, {}]
  const now = Math.floor(Date.now() / 1000)
  if (now !== second.at) Object.assign(second, { at: now, taken: 0 })
  if (second.taken++ < mode.perSecond) return null
  return [429, {}, { 'X-RateLimit-Reset': String(now + 1) }]
}

const answer = async (
  request: IncomingMessage,
): Promise<[status: number, body: unknown, headers?: object]> => {
  switch (request.url) {
    case '/.well-known/openid-configuration':
      return [200, metadata]
    case '/keys':
      return [200, { keys: [jwk] }]
    case '/token': {
      const code = new URLSearchParams((await bodyOf(request)).toString()).get('code') ?? ''
      return [200, { access_token: 'bench', token_type: 'Bearer', expires_in: 300, id_token: idToken(code) }]
    }
    case '/v3/mail/send': {
      const text = (await bodyOf(request)).toString()
      const refused = refusal()
      if (refused !== null) {
        mails.refused++
        return refused
      }
      mails.taken++
      mails.recipients.add(
        createHash('sha256')
          .update(/"to":\[.*?\]/.exec(text)?.[0] ?? text)
          .digest('hex'),
      )
      return [202, {}, { 'X-Message-Id': `bench-${mails.taken}` }]
    }
    case '/mails':
      return [200, { taken: mails.taken, refused: mails.refused, recipients: mails.recipients.size }]
    case '/mails/mode': {
      const wanted = JSON.parse((await bodyOf(request)).toString()) as { down?: boolean; perSecond?: number }
      Object.assign(mode, { down: wanted.down ?? false, perSecond: wanted.perSecond ?? Infinity })
      return [200, {}]
    }
    case '/livez':
      return [200, {}]
    default:
      return [404, {}]
  }
}

createServer((request, response) => {
  void answer(request).then(([status, body, headers]) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  })
}).listen(port, '127.0.0.1')
