import { describe, expect, it } from '@jest/globals'
import { generate } from 'otplib'
import { createTotp } from '../../clients/totp.js'
import { formatRecoveryCode, parseRecoveryCode } from '../../domain/recovery-code.js'

const totp = createTotp()
/** RFC 6238, appendix B, whose codes have 8 digits; the last 6 of them are ours. */
const rfcSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const at = (seconds: number): Date => new Date(seconds * 1000)

describe('stepOf', () => {
  it.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
  ])('knows the code of RFC 6238 at %i s', async (seconds, code) => {
    expect(await totp.stepOf(rfcSecret, code.slice(2), at(seconds))).toBe(Math.floor(seconds / 30))
  })

  it('accepts the step before and the one after, and no other', async () => {
    const secret = totp.newSecret()
    const now = 1_800_000_015
    const steps = await Promise.all(
      [-2, -1, 0, 1, 2].map(async (away) =>
        totp.stepOf(secret, await generate({ secret, epoch: now + 30 * away }), at(now)),
      ),
    )
    const step = Math.floor(now / 30)
    expect(steps).toEqual([null, step - 1, step, step + 1, null])
  })

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '-12345', '12.456'])(
    'knows no step of %j',
    async (code) => {
      expect(await totp.stepOf(rfcSecret, code, at(59))).toBeNull()
    },
  )

  it('reads a code that an app shows in two groups', async () => {
    expect(await totp.stepOf(rfcSecret, ' 287 082 ', at(59))).toBe(1)
  })
})

describe('a secret', () => {
  it('is 160 bits, drawn anew each time', () => {
    const secrets = Array.from({ length: 50 }, () => totp.newSecret())
    expect(secrets.every((secret) => /^[A-Z2-7]{32}$/.test(secret))).toBe(true)
    expect(new Set(secrets).size).toBe(50)
  })

  it('goes to the app in a link that names who it is for', () => {
    const url = new URL(totp.uri(rfcSecret, 'Acme & Co', 'nora@people.example'))
    expect([url.protocol, url.host]).toEqual(['otpauth:', 'totp'])
    expect(decodeURIComponent(url.pathname)).toBe('/Acme & Co:nora@people.example')
    expect(url.searchParams.get('secret')).toBe(rfcSecret)
  })
})

describe('recovery codes', () => {
  it('are ten, of 120 bits, and read back however they are typed', () => {
    const codes = totp.newRecoveryCodes()
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) {
      const shown = formatRecoveryCode(code)
      expect(shown).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}$/)
      expect(parseRecoveryCode(` ${shown.toUpperCase().replaceAll('0', 'O').replaceAll('1', 'l')} `)).toBe(
        code,
      )
    }
  })

  it.each(['', '123456', 'u'.repeat(24), '0'.repeat(23), '0'.repeat(25)])('%j is none', (text) => {
    expect(parseRecoveryCode(text)).toBeNull()
  })
})
