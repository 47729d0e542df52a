import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { keptFile } from './kept-file.js'

type WebhookKeys = {
  readonly privateKey: KeyObject
  /** Base64 of the SPKI DER, as SendGrid shows the key of its signed event webhook. */
  readonly publicKey: string
}

/** The P-256 key pair that signs the sink's delivery events; made at the first call, then kept in `dataDir`. */
export function readWebhookKeys(dataDir: string): WebhookKeys {
  const pem = keptFile(join(dataDir, 'webhook-key.pem'), () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  })
  const privateKey = createPrivateKey(pem)
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')
  return { privateKey, publicKey }
}
