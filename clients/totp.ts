import { randomInt } from 'node:crypto'
import { generateSecret, generateURI, verify } from 'otplib'
import { recoveryCodeAlphabet, recoveryCodeLength } from '../domain/recovery-code.js'

/** Second factors: codes of an authenticator app (RFC 6238: SHA-1, 6 digits, 30 s, which every app knows) and recovery codes. */
export interface Totp {
  /** 160 random bits, base32. */
  newSecret(): string
  /** What an app takes the secret from. */
  uri(secret: string, issuer: string, account: string): string
  /**
   * The time step that a code is of, out of the present one and those beside it; null where it is of none. The caller uses the
   * step up (`stores.totp.useStep`): until then a code may be shown again.
   * @param now the database's time
   */
  stepOf(secret: string, code: string, now: Date): Promise<number | null>
  /** Ten codes, each of 120 random bits and good once, where the app is lost. */
  newRecoveryCodes(): string[]
}

const codes = 10
const period = 30

export const createTotp = (): Totp => ({
  newSecret: () => generateSecret(),
  uri: (secret, issuer, account) => generateURI({ secret, issuer, label: account }),
  async stepOf(secret, code, now) {
    const token = code.replace(/\s/g, '')
    if (!/^\d{6}$/.test(token)) return null
    const epoch = Math.floor(now.getTime() / 1000)
    const result = await verify({ secret, token, epoch, epochTolerance: period })
    return result.valid ? Math.floor(epoch / period) + result.delta : null
  },
  newRecoveryCodes: () =>
    Array.from({ length: codes }, () =>
      Array.from(
        { length: recoveryCodeLength },
        () => recoveryCodeAlphabet[randomInt(recoveryCodeAlphabet.length)],
      ).join(''),
    ),
})
