import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface TokenSigner {
  /** A new ES256 key: its name, the half that is published, and the other one as PKCS 8. */
  newKey(): { kid: string; publicJwk: Record<string, unknown>; privateKey: Uint8Array }
  /** A JWT signed with ES256 (RFC 7515, RFC 7518 3.4). @param privateKey PKCS 8 */
  sign(kid: string, privateKey: Uint8Array, claims: Readonly<Record<string, unknown>>): string
}

export const createTokenSigner = (): TokenSigner => ({
  newKey() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const kid = randomBytes(12).toString('base64url')
    return {
      kid,
      publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' },
      privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }),
    }
  },
  sign(kid, privateKey, claims) {
    const text = [{ alg: 'ES256', typ: 'JWT', kid }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' })
    const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
    return `${text}.${signature.toString('base64url')}`
  },
})
