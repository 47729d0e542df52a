import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createKeyring } from '../../clients/keyring.js'
import type { KeyPurpose, MasterKey } from '../../clients/keyring.js'

const purposes = [
  'claims',
  'provider-request',
  'decision-input',
  'client-secret',
  'email-confirmation',
  'attempt-email',
  'email-challenge',
  'not-me',
  'password-link',
  'mail-recipient',
  'totp',
  'workflow-payload',
] as const satisfies KeyPurpose[]
const key = (id: string): MasterKey => ({ id, secret: randomBytes(32) })
const [k1, k2] = [key('k1'), key('k2')]
const keyring = createKeyring([k1])
const row = randomUUID()

/** The same bytes with one bit turned over. */
const flipped = (bytes: Buffer, bit: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
  return copy
}

describe('seal and open', () => {
  it('give any text back', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom(...purposes),
        fc.uuid(),
        (text, purpose, id) => {
          expect(keyring.open(purpose, id, keyring.seal(purpose, id, text))).toBe(text)
        },
      ),
    )
    const long = 'ü'.repeat(1_000_000)
    expect(keyring.open('claims', row, keyring.seal('claims', row, long))).toBe(long)
  })

  it('seal the same text into other bytes each time, none of which shows it', () => {
    const text = 'nora@people.example'
    const sealed = Array.from({ length: 100 }, () => keyring.seal('claims', row, text))
    expect(new Set(sealed.map((one) => one.toString('hex'))).size).toBe(100)
    expect(new Set(sealed.map((one) => one.subarray(16, 28).toString('hex'))).size).toBe(100)
    expect(sealed.some((one) => one.includes('nora') || one.includes('people'))).toBe(false)
  })

  it.each(
    purposes.flatMap((one) =>
      purposes.filter((other) => other !== one).map((other) => [one, other] as const),
    ),
  )('T32 what was sealed for %s does not open for %s', (one, other) => {
    const sealed = keyring.seal(one, row, 'secret')
    expect(() => keyring.open(other, row, sealed)).toThrow()
  })

  it('what was sealed for one row does not open for another', () => {
    const sealed = keyring.seal('claims', row, 'secret')
    for (const other of [randomUUID(), '', `${row} `, row.toUpperCase(), row.slice(1)]) {
      expect(() => keyring.open('claims', other, sealed)).toThrow()
    }
  })

  it('does not open with any one bit turned over', () => {
    const sealed = keyring.seal('claims', row, 'a secret')
    const opened = Array.from({ length: sealed.length * 8 }, (_, bit) => bit).filter((bit) => {
      try {
        keyring.open('claims', row, flipped(sealed, bit))
        return true
      } catch {
        return false
      }
    })
    expect(opened).toEqual([])
  })

  it('does not open what was cut, lengthened, emptied or put together from two', () => {
    const [one, other] = [
      keyring.seal('claims', row, 'one secret'),
      keyring.seal('claims', row, 'other secret'),
    ]
    const cuts = Array.from({ length: one.length }, (_, length) => one.subarray(0, length))
    const broken = [
      ...cuts,
      Buffer.concat([one, Buffer.from('x')]),
      Buffer.concat([one.subarray(0, 44), other.subarray(44)]),
    ]
    for (const sealed of broken) expect(() => keyring.open('claims', row, sealed)).toThrow()
  })

  it('does not open without its key, and says so', () => {
    const sealed = keyring.seal('claims', row, 'secret')
    expect(() => createKeyring([k2]).open('claims', row, sealed)).toThrow(
      'the key "k1" is missing: put it into APP_KEYS',
    )
    expect(() => createKeyring([{ id: 'k1', secret: k2.secret }]).open('claims', row, sealed)).toThrow()
  })

  it('tells nothing of the text in what it throws', () => {
    const sealed = keyring.seal('claims', row, 'nora@people.example')
    expect(() => keyring.open('claims', randomUUID(), sealed)).toThrow(/^(?!.*nora)/s)
  })
})

describe('rotation', () => {
  it('F39 seals and signs with the first key, and reads what any of them made', () => {
    const before = createKeyring([k1])
    const after = createKeyring([k2, k1])
    const old = before.seal('claims', row, 'old')
    const signed = before.sign('email-confirmation', 'old')
    expect(after.open('claims', row, old)).toBe('old')
    expect(after.verify('email-confirmation', 'k1', 'old', signed)).toBe(true)

    expect([before.currentId, after.currentId]).toEqual(['k1', 'k2'])
    const fresh = after.seal('claims', row, 'fresh')
    expect(() => before.open('claims', row, fresh)).toThrow()
    expect(createKeyring([k1, k2]).open('claims', row, fresh)).toBe('fresh')
    expect(
      before.verify('email-confirmation', 'k2', 'fresh', after.sign('email-confirmation', 'fresh')),
    ).toBe(false)
  })

  it.each(['a', 'k'.repeat(16), '0'])('takes the id %j', (id) => {
    const ring = createKeyring([key(id)])
    expect(ring.open('claims', row, ring.seal('claims', row, 'text'))).toBe('text')
  })

  it('needs a key', () => {
    expect(() => createKeyring([])).toThrow('at least one key')
  })
})

describe('sign and verify', () => {
  const message = 'purpose,values'
  const mac = keyring.sign('email-confirmation', message)

  it('agree', () => {
    expect(mac).toMatch(/^[\w-]{43}$/)
    expect(keyring.sign('email-confirmation', message)).toBe(mac)
    expect(keyring.verify('email-confirmation', 'k1', message, mac)).toBe(true)
  })

  it.each<[string, KeyPurpose, string, string, string]>([
    ['another message', 'email-confirmation', 'k1', `${message} `, mac],
    ['an empty message', 'email-confirmation', 'k1', '', mac],
    ['another purpose', 'claims', 'k1', message, mac],
    ['another key', 'email-confirmation', 'k2', message, mac],
    ['a key that there is not', 'email-confirmation', 'k3', message, mac],
    ['a key by a name of every object', 'email-confirmation', '__proto__', message, mac],
    ['nothing', 'email-confirmation', 'k1', message, ''],
    ['a part of it', 'email-confirmation', 'k1', message, mac.slice(0, -1)],
    ['more than it', 'email-confirmation', 'k1', message, `${mac}A`],
    ['the same in base64 with padding', 'email-confirmation', 'k1', message, `${mac}=`],
    [
      'the same with white space in it',
      'email-confirmation',
      'k1',
      message,
      `${mac.slice(0, 9)}\n${mac.slice(9)}`,
    ],
    [
      'the same in hexadecimal',
      'email-confirmation',
      'k1',
      message,
      Buffer.from(mac, 'base64url').toString('hex'),
    ],
    ['text that is no base64', 'email-confirmation', 'k1', message, 'ü'.repeat(43)],
  ])('T29 do not agree on %s', (_case, purpose, id, text, given) => {
    expect(createKeyring([k1, k2]).verify(purpose, id, text, given)).toBe(false)
  })

  it('do not agree with any one character changed', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const others = Array.from(mac).flatMap((letter, at) =>
      Array.from(alphabet.replace(letter, '')).map((other) => mac.slice(0, at) + other + mac.slice(at + 1)),
    )
    expect(others).toHaveLength(43 * 63)
    expect(others.filter((other) => keyring.verify('email-confirmation', 'k1', message, other))).toEqual([])
  })

  it('have a key of their own for each purpose', () => {
    expect(new Set(purposes.map((purpose) => keyring.sign(purpose, message))).size).toBe(purposes.length)
  })
})

describe('random tokens', () => {
  it('have 256 bits, and are stored as their hash', () => {
    const tokens = Array.from({ length: 1_000 }, () => keyring.randomToken())
    expect(new Set(tokens).size).toBe(1_000)
    expect(tokens.filter((token) => !/^[\w-]{43}$/.test(token))).toEqual([])
    expect(keyring.hashToken('token')).toEqual(createHash('sha256').update('token').digest())
  })
})
