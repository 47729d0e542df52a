import { createHmac, randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  buildHash,
  confirmationExpiresAt,
  confirmationFreshHours,
  confirmationHours,
  confirmationMessage,
  formatConfirmationToken,
  iterAttributes,
  parseConfirmationToken,
} from '../../domain/confirmation-token.js'
import type { ConfirmationFields } from '../../domain/confirmation-token.js'

const mac = (message: string): string => createHmac('sha256', 'a key').update(message).digest('base64url')
const fields: ConfirmationFields = {
  emailId: randomUUID(),
  userId: randomUUID(),
  canonical: 'nora@people.example',
  nonce: 'n'.repeat(43),
  issuedAt: new Date('2026-03-01T10:00:00.123Z'),
}

const anyDate = fc.date({ noInvalidDate: true })
const anyFields: fc.Arbitrary<ConfirmationFields> = fc.record({
  emailId: fc.uuid(),
  userId: fc.uuid(),
  canonical: fc.string(),
  nonce: fc.string(),
  issuedAt: anyDate,
})

describe('buildHash', () => {
  it('covers purpose, address, user, canonical form, nonce and time, in this order', () => {
    expect([...iterAttributes(fields)]).toEqual([
      'email-confirmation',
      fields.emailId,
      fields.userId,
      fields.canonical,
      fields.nonce,
      '2026-03-01T10:00:00.123Z',
    ])
  })

  it.each<[keyof ConfirmationFields, Partial<ConfirmationFields>]>([
    ['emailId', { emailId: randomUUID() }],
    ['userId', { userId: randomUUID() }],
    ['canonical', { canonical: 'nora@people.exampl' }],
    ['nonce', { nonce: `${'n'.repeat(42)}m` }],
    ['issuedAt', { issuedAt: new Date(fields.issuedAt.getTime() + 1) }],
  ])('is another one when %s changes', (_field, change) => {
    expect(buildHash({ ...fields, ...change }, mac)).not.toBe(buildHash(fields, mac))
  })

  it('is the same for the same fields, so that a resend repeats the link', () => {
    expect(buildHash({ ...fields }, mac)).toBe(buildHash(fields, mac))
    expect(buildHash(fields, mac)).toMatch(/^[\w-]{43}$/)
  })

  it.each<[string, Partial<ConfirmationFields>, Partial<ConfirmationFields>]>([
    ['a value moves to its neighbour', { canonical: 'ab', nonce: 'c' }, { canonical: 'a', nonce: 'bc' }],
    ['a separator is typed', { canonical: 'a,b', nonce: 'c' }, { canonical: 'a', nonce: 'b,c' }],
    [
      'a separator with a length is typed',
      { canonical: 'a,1:b', nonce: 'c' },
      { canonical: 'a', nonce: 'b,1:c' },
    ],
    ['a length is typed', { canonical: '', nonce: '0:,' }, { canonical: '0:,', nonce: '' }],
  ])('does not read two lists of values the same way where %s', (_case, one, other) => {
    expect(confirmationMessage({ ...fields, ...one })).not.toBe(confirmationMessage({ ...fields, ...other }))
  })

  it('reads no two lists of values the same way', () => {
    const tricky = fc.stringMatching(/^[1:,]{0,4}$/)
    const trickyFields = fc.record({ canonical: tricky, nonce: tricky })
    fc.assert(
      fc.property(trickyFields, trickyFields, (one, other) => {
        const same = one.canonical === other.canonical && one.nonce === other.nonce
        expect(
          confirmationMessage({ ...fields, ...one }) === confirmationMessage({ ...fields, ...other }),
        ).toBe(same)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('a confirmation token', () => {
  it('is read back as it was written', () => {
    const keyId = fc.stringMatching(/^[a-z0-9]{1,16}$/)
    fc.assert(
      fc.property(keyId, anyFields, (id, some) => {
        const token = { keyId: id, emailId: some.emailId, hash: buildHash(some, mac) }
        expect(parseConfirmationToken(formatConfirmationToken(token))).toEqual(token)
      }),
    )
  })

  it('fits into a path as it is', () => {
    const text = formatConfirmationToken({
      keyId: 'k1',
      emailId: fields.emailId,
      hash: buildHash(fields, mac),
    })
    expect(text).toBe(encodeURIComponent(text))
  })

  const good = formatConfirmationToken({ keyId: 'k1', emailId: fields.emailId, hash: buildHash(fields, mac) })
  it.each([
    '',
    '.',
    '..',
    good.slice(1, -1),
    `${good}A`,
    `${good}\n`,
    `\n${good}`,
    ` ${good}`,
    `${good}.`,
    good.slice(0, -1),
    good.replace('k1', ''),
    good.replace('k1', 'K1'),
    good.replace('k1', 'k'.repeat(17)),
    good.replace('k1', 'k\u0000'),
    good.replaceAll('.', '-'),
    good.replace(/\.[0-9a-f]{32}\./, `.${fields.emailId}.`),
    good.replace(/\.[0-9a-f]{32}\./, `.${'G'.repeat(32)}.`),
    good.replace(/\.[0-9a-f]/, '.١'),
    good.replace(/.$/, '='),
    good.replace(/.$/, '+'),
    good.replace(/.$/, 'ä'),
    'x'.repeat(1_000_000),
    '__proto__',
  ])('is not %#', (text) => {
    expect(parseConfirmationToken(text)).toBeNull()
  })

  it('is never made of arbitrary text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => expect(parseConfirmationToken(text)).toBeNull()),
    )
  })
})

describe('the life of a link', () => {
  it('ends 48 h after it was drawn, and it is drawn anew with less than 12 h left', () => {
    expect(confirmationExpiresAt(fields.issuedAt)).toEqual(new Date('2026-03-03T10:00:00.123Z'))
    expect([confirmationHours, confirmationFreshHours]).toEqual([48, 12])
  })
})
