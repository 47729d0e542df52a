import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

/** One purpose, one derived key: what is made for one is worth nothing for another (spec: pipeline 2.14). */
export type KeyPurpose =
  | 'claims'
  | 'provider-request'
  | 'decision-input'
  | 'client-secret'
  | 'email-confirmation'
  | 'attempt-email'
  | 'email-challenge'
  | 'not-me'
  | 'password-link'
  | 'mail-recipient'
  | 'invitation'
  | 'totp'
  | 'second-factor'
  | 'typed-form'
  | 'workflow-payload'
  | 'address-index'
  | 'staff-sign-in'
  | 'staff-search'
  | 'signing-key'
  | 'idempotency-key'

export interface MasterKey {
  /** 1-16 lower-case letters and digits. */
  readonly id: string
  /** 32 bytes. */
  readonly secret: Buffer
}

export interface Keyring {
  /** Id of the key that seals and signs now. */
  readonly currentId: string
  /** Ids of all its keys, the current one first. */
  readonly ids: readonly string[]
  /** AES-256-GCM; the purpose and the owning row's id are authenticated with it, so a value cannot be moved to another row. */
  seal(purpose: KeyPurpose, rowId: string, plaintext: string): Buffer
  /** @throws where the value was sealed for another purpose or row, was changed, or its key is gone */
  open(purpose: KeyPurpose, rowId: string, sealed: Buffer): string
  /** As `seal`, for what is no text. */
  sealBytes(purpose: KeyPurpose, rowId: string, plaintext: Uint8Array): Buffer
  /** @throws as `open` does */
  openBytes(purpose: KeyPurpose, rowId: string, sealed: Uint8Array): Buffer
  /** HMAC-SHA-256 with the current key, base64url. */
  sign(purpose: KeyPurpose, message: string): string
  /** Whether `mac` was made for this by the key of that id; in a time that does not depend on where they differ. */
  verify(purpose: KeyPurpose, keyId: string, message: string, mac: string): boolean
  /**
   * Keyed hashes of a value under every key, that of the current one first: what is stored to find a row by a value that the table
   * must not hold, and what to look for while older keys are still about.
   */
  blindIndexes(purpose: KeyPurpose, value: string): readonly [Buffer, ...Buffer[]]
  /** 256 random bits, base64url: states, nonces, browser secrets, session tokens. */
  randomToken(): string
  /** What is stored of a random token: it has bits enough that a plain hash needs no key and no salt (ASVS 5.0, 6.5.2). */
  hashToken(token: string): Buffer
}

/** Bytes of the key id in front of a sealed value. */
const keyIdBytes = 16
const ivBytes = 12
const tagBytes = 16

/** Keys of the server. The first is used for what is new, all of them for what exists. */
export const createKeyring = (keys: readonly MasterKey[]): Keyring => {
  const [current] = keys
  if (current === undefined) throw new Error('a keyring needs at least one key')
  const byId = new Map(keys.map((key) => [key.id, key]))
  const derived = new Map<string, Buffer>()

  const derive = (key: MasterKey, purpose: KeyPurpose): Buffer => {
    const name = `${key.id}/${purpose}`
    const known = derived.get(name)
    if (known !== undefined) return known
    const fresh = Buffer.from(hkdfSync('sha256', key.secret, '', `auth-pipeline/${purpose}`, 32))
    derived.set(name, fresh)
    return fresh
  }

  const hmac = (key: MasterKey, purpose: KeyPurpose, message: string): Buffer =>
    createHmac('sha256', derive(key, purpose)).update(message).digest()

  const sealBytes: Keyring['sealBytes'] = (purpose, rowId, plaintext) => {
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', derive(current, purpose), iv).setAAD(context(purpose, rowId))
    const text = Buffer.concat([cipher.update(plaintext), cipher.final()])
    return Buffer.concat([Buffer.from(current.id.padEnd(keyIdBytes)), iv, cipher.getAuthTag(), text])
  }

  const openBytes: Keyring['openBytes'] = (purpose, rowId, bytes) => {
    const sealed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const padded = sealed.subarray(0, keyIdBytes).toString('latin1')
    const key = keys.find(({ id }) => id.padEnd(keyIdBytes) === padded)
    if (key === undefined) {
      const [, id] = /^([a-z0-9]{1,16}) *$/.exec(padded) ?? []
      throw new Error(
        id === undefined
          ? 'a sealed value names no key: it was cut or changed'
          : `the key "${id}" is missing: put it into APP_KEYS`,
      )
    }
    const iv = sealed.subarray(keyIdBytes, keyIdBytes + ivBytes)
    const tag = sealed.subarray(keyIdBytes + ivBytes, keyIdBytes + ivBytes + tagBytes)
    const decipher = createDecipheriv('aes-256-gcm', derive(key, purpose), iv, { authTagLength: tagBytes })
    decipher.setAAD(context(purpose, rowId)).setAuthTag(tag)
    const text = decipher.update(sealed.subarray(keyIdBytes + ivBytes + tagBytes))
    return Buffer.concat([text, decipher.final()])
  }

  return {
    currentId: current.id,
    ids: keys.map(({ id }) => id),
    sealBytes,
    openBytes,
    seal: (purpose, rowId, plaintext) => sealBytes(purpose, rowId, Buffer.from(plaintext)),
    open: (purpose, rowId, sealed) => openBytes(purpose, rowId, sealed).toString('utf8'),
    sign: (purpose, message) => hmac(current, purpose, message).toString('base64url'),
    verify(purpose, keyId, message, mac) {
      const key = byId.get(keyId)
      if (key === undefined) return false
      // As texts: base64url is decoded leniently, and one hash would have several spellings.
      const given = Buffer.from(mac)
      const expected = Buffer.from(hmac(key, purpose, message).toString('base64url'))
      return given.length === expected.length && timingSafeEqual(given, expected)
    },
    blindIndexes: (purpose, value) => [
      hmac(current, purpose, value),
      ...keys.slice(1).map((key) => hmac(key, purpose, value)),
    ],
    randomToken: () => randomBytes(32).toString('base64url'),
    hashToken: (token) => createHash('sha256').update(token).digest(),
  }
}

const context = (purpose: KeyPurpose, rowId: string): Buffer => Buffer.from(`${purpose}/${rowId}`)
