import { createHmac } from 'node:crypto'
import { SignJWT } from 'jose'
import type { JWTPayload } from 'jose'
import { lyingClient, newKey, signed, signedUserinfo, signsWith } from './lying-provider.js'
import type { Lie, SigningKey } from './lying-provider.js'

const [ellipticKey, strangeKey] = await Promise.all([newKey('ES256'), newKey()])

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
export const claiming = (change: JWTPayload): Lie => ({ claims: (honest) => ({ ...honest, ...change }) })
export const without = (name: string): Lie => ({
  claims: (honest) => Object.fromEntries(Object.entries(honest).filter(([key]) => key !== name)),
})
const signedAs = (
  header: Record<string, unknown>,
  signature: (text: string, key: SigningKey) => string,
): Lie => ({
  idToken: (claims, key) => {
    const text = `${encode(header)}.${encode(claims)}`
    return `${text}.${signature(text, key)}`
  },
})
const hs256 =
  (secret: string) =>
  (text: string): string =>
    createHmac('sha256', secret).update(text).digest('base64url')
export const secondsAgo = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds
const noUserinfoClaims = { name: undefined, email: undefined, email_verified: undefined }

/** What a provider may say of a person that is not to be believed, and the reason in the audit. */
export const refusedIdentities: Record<string, readonly [Lie, string]> = {
  'iss of another provider': [
    claiming({ iss: 'https://other.example' }),
    'unexpected JWT "iss" (issuer) claim value',
  ],
  'no iss': [without('iss'), 'JWT "iss" (issuer) claim missing'],
  'aud of another client': [
    claiming({ aud: 'somebody-else' }),
    'unexpected JWT "aud" (audience) claim value',
  ],
  'no aud': [without('aud'), 'JWT "aud" (audience) claim missing'],
  'a further aud that nobody vouches for': [
    claiming({ aud: [lyingClient.id, 'somebody-else'] }),
    'ID Token "aud" (audience) claim includes additional untrusted audiences',
  ],
  'azp of another client': [claiming({ azp: 'somebody-else' }), 'unexpected ID Token "azp" claim value'],
  'no sub': [without('sub'), 'JWT "sub" (subject) claim missing'],
  'no iat': [without('iat'), 'JWT "iat" (issued at) claim missing'],
  'no exp': [without('exp'), 'JWT "exp" (expiration time) claim missing'],
  expired: [
    claiming({ iat: secondsAgo(900), exp: secondsAgo(600) }),
    'unexpected JWT "exp" (expiration time) claim value, expiration is past current timestamp',
  ],
  'not valid yet': [claiming({ nbf: secondsAgo(-600) }), 'unexpected JWT "nbf" (not before) claim value'],
  'another nonce': [claiming({ nonce: 'another' }), 'unexpected ID Token "nonce" claim value'],
  'no nonce': [without('nonce'), 'JWT "nonce" (nonce) claim missing'],
  'alg none': [signedAs({ alg: 'none' }, () => ''), 'unexpected JWT "alg" header parameter'],
  'no alg': [signedAs({}, () => ''), 'unexpected JWT "alg" header parameter'],
  'alg HS256, keyed with the client secret': [
    signedAs({ alg: 'HS256' }, hs256(lyingClient.secret)),
    'unexpected JWT "alg" header parameter',
  ],
  'alg HS256, though the metadata promise it': [
    {
      ...signedAs({ alg: 'HS256' }, hs256(lyingClient.secret)),
      metadata: (honest) => ({ ...honest, id_token_signing_alg_values_supported: ['HS256'] }),
    },
    'unsupported JWS algorithm',
  ],
  'alg none, though the metadata promise it': [
    {
      ...signedAs({ alg: 'none' }, () => ''),
      metadata: (honest) => ({ ...honest, id_token_signing_alg_values_supported: ['none'] }),
    },
    'unsupported JWS "alg" identifier',
  ],
  'a bad RS256 signature': [
    { idToken: async (claims, key) => (await signed(claims, key)).replace(/[^.]{8}$/, 'AAAAAAAA') },
    'JWT signature verification failed',
  ],
  'a bad ES256 signature': [
    signsWith(ellipticKey, async (claims) =>
      (await signed(claims, ellipticKey)).replace(/[^.]{8}$/, 'AAAAAAAA'),
    ),
    'JWT signature verification failed',
  ],
  'T44 signed userinfo of another sub': [
    {
      ...claiming(noUserinfoClaims),
      ...signedUserinfo((honest) => signed({ ...honest, sub: 'somebody-else' }, strangeKey)),
      keys: (honest) => [...honest, strangeKey.publicJwk],
    },
    'unexpected "response" body "sub" property value',
  ],
  'signed userinfo with a key that is not published': [
    {
      ...claiming(noUserinfoClaims),
      ...signedUserinfo((honest) => signed(honest, strangeKey)),
    },
    'error when selecting a JWT verification key, no applicable keys found',
  ],
  'a key that is not published': [
    { idToken: (claims, key) => signed(claims, { ...key, kid: 'unpublished' }) },
    'error when selecting a JWT verification key, no applicable keys found',
  ],
  'no kid, though several keys are published': [
    {
      idToken: (claims, { privateKey }) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
      keys: ([key = {}]) => [key, { ...key, kid: 'second' }],
    },
    'error when selecting a JWT verification key, multiple applicable keys found, a "kid" JWT Header Parameter is required',
  ],
  'no JWT at all': [{ idToken: () => 'not-a-jwt' }, 'Invalid JWT'],
  'an encrypted token': [{ idToken: () => 'a.b.c.d.e' }, 'JWE decryption is not configured'],
  'T44 userinfo of another sub': [
    { ...claiming(noUserinfoClaims), userinfo: (honest) => ({ ...honest, sub: 'somebody-else' }) },
    'unexpected "response" body "sub" property value',
  ],
  'T44 userinfo without sub': [
    { ...claiming(noUserinfoClaims), userinfo: () => ({ name: 'Nobody' }) },
    '"response" body "sub" property must be a string',
  ],
  'iss of another provider beside the code': [
    { answer: (honest) => ({ ...honest, iss: 'https://other.example' }) },
    'unexpected "iss" (issuer) response parameter value',
  ],
  'no iss beside the code, though it is promised': [
    { answer: ({ code = '', state = '' }) => ({ code, state }) },
    'response parameter "iss" (issuer) missing',
  ],
}
