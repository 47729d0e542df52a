import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { JWKS } from 'oidc-provider'
import { keptFile } from './kept-file.js'

/** The provider's private JWKS (one RSA key for RS256), kept in `dataDir` so that a restart signs with the same key. */
export function readSigningKeys(dataDir: string): JWKS {
  return JSON.parse(keptFile(join(dataDir, 'provider-jwks.json'), makeSigningKeys)) as JWKS
}

function makeSigningKeys(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' }
  return JSON.stringify({ keys: [key] })
}
