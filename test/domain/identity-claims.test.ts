import { domainToASCII } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { cleanName, readIdentityClaims } from '../../domain/identity-claims.js'
import type { IdentityClaims, RawClaims } from '../../domain/identity-claims.js'

const issuer = 'https://issuer.example'
const read = (idToken: RawClaims, userinfo: RawClaims | null = null): IdentityClaims | null =>
  readIdentityClaims({ iss: issuer, sub: 'nora', ...idToken }, userinfo, domainToASCII)
const email = 'nora@acme.example'
const parsed = { address: email, canonical: email, domain: 'acme.example' }

describe('email_verified', () => {
  it.each<[string, unknown, boolean]>([
    ['true', true, true],
    ['false', false, false],
    ['absent', undefined, false],
    ['null', null, false],
    ['"true"', 'true', false],
    ['"True"', 'True', false],
    ['"false"', 'false', false],
    ['1', 1, false],
    ['0', 0, false],
    ['""', '', false],
    ['[true]', [true], false],
    ['{}', {}, false],
  ])('A2 of %s is worth something only as boolean true', (_case, value, verified) => {
    const claims = value === undefined ? { email } : { email, email_verified: value }
    expect(read(claims)).toMatchObject({ email: parsed, emailVerified: verified })
    expect(read({}, claims)).toMatchObject({ email: parsed, emailVerified: verified })
  })

  it.each<[string, RawClaims, RawClaims | null, unknown, boolean]>([
    ['beside the address in the ID token', { email, email_verified: true }, null, parsed, true],
    ['beside the address in userinfo', {}, { email, email_verified: true }, parsed, true],
    ['in userinfo, the address in the ID token', { email }, { email_verified: true }, parsed, false],
    [
      'in userinfo with the same address as the ID token',
      { email },
      { email, email_verified: true },
      parsed,
      false,
    ],
    ['in the ID token, the address in userinfo', { email_verified: true }, { email }, parsed, false],
    [
      'in userinfo for another address',
      { email, email_verified: false },
      { email: 'x@acme.example', email_verified: true },
      parsed,
      false,
    ],
    ['beside no address', { email_verified: true }, null, null, false],
    ['beside something that is no address', { email: 'nora', email_verified: true }, null, null, false],
    [
      'beside something that is no address, a good one in userinfo',
      { email: '', email_verified: true },
      { email, email_verified: true },
      null,
      false,
    ],
    ['beside a list', { email: [email], email_verified: true }, null, null, false],
    ['beside an object', { email: { toString: () => email }, email_verified: true }, null, null, false],
    ['only in the prototype', Object.create({ email, email_verified: true }) as RawClaims, null, null, false],
  ])('counts for the address beside it and no other: %s', (_case, idToken, userinfo, address, verified) => {
    expect(read(idToken, userinfo)).toMatchObject({ email: address, emailVerified: verified })
  })
})

describe('the subject', () => {
  it.each<[string, unknown]>([
    ['empty', ''],
    ['white space', ' '],
    ['the number 0', 0],
    ['a number', 12345],
    ['absent', undefined],
    ['null', null],
    ['true', true],
    ['a list', ['nora']],
    ['an object', { sub: 'nora' }],
    ['"undefined"', 'undefined'],
    ['"null"', 'null'],
    ['"None"', 'None'],
    ['"nil"', 'nil'],
    ['"NaN"', 'NaN'],
    ['"[object Object]"', '[object Object]'],
    ['256 characters', 'a'.repeat(256)],
    ['1 MB', 'a'.repeat(1024 * 1024)],
    ['NUL', 'no\u0000ra'],
    ['a trailing line feed', 'nora\n'],
    ['a leading line feed', '\nnora'],
    ['a tab', 'no\tra'],
    ['DEL', 'no\u007fra'],
    ['an umlaut', 'nöra'],
    ['a lookalike', 'n\u043era'],
    ['full-width letters', 'ｎｏｒａ'],
    ['a zero-width space', 'nora\u200b'],
    ['a lone surrogate', 'nora\ud800'],
    ['an emoji', '🙂'],
  ])('T11 is not to be used: %s', (_case, sub) => {
    expect(read({ sub })).toBeNull()
  })

  it.each([
    '0',
    '1',
    'nora',
    'Nora',
    'a b',
    ' nora',
    '"',
    "'; drop table users --",
    '../..',
    '__proto__',
    'a'.repeat(255),
    '~',
    '!',
  ])('is kept as it is: %j', (sub) => {
    expect(read({ sub })?.subject).toBe(sub)
  })

  it.each([undefined, null, 1, ['https://issuer.example']])('needs an issuer that is text, not %j', (iss) => {
    expect(read({ iss })).toBeNull()
  })

  it('comes from the ID token, whatever userinfo says', () => {
    expect(read({}, { sub: 'somebody else', iss: 'https://other.example' })).toMatchObject({
      issuer,
      subject: 'nora',
    })
  })
})

describe('the name', () => {
  it.each<[string, unknown, string]>([
    ['plain', 'Nora Newcomer', 'Nora Newcomer'],
    ['absent', undefined, ''],
    ['a number', 5, ''],
    ['a list', ['Nora'], ''],
    ['CR and LF', 'Nora\r\nBcc: everybody@people.example', 'NoraBcc: everybody@people.example'],
    ['NUL, BEL and DEL', 'N\u0000o\u0007ra\u007f', 'Nora'],
    ['C1 controls', 'No\u0085ra\u009f', 'Nora'],
    ['line and paragraph separators', 'No\u2028ra\u2029', 'Nora'],
    ['right-to-left marks', '\u202eevil\u202c\u200fNora\u2066x\u2069', 'evilNorax'],
    ['zero-width characters', '\u200bNo\u200cra\u2060\ufeff', 'Nora'],
    ['a soft hyphen', 'No\u00adra', 'Nora'],
    ['tag characters', 'Nora\u{e0041}\u{e0042}', 'Nora'],
    ['lone surrogates', '\ud800Nora\udfff', 'Nora'],
    ['an emoji', 'Nora 🙂', 'Nora 🙂'],
    ['combining marks', 'Zoe\u0308', 'Zoe\u0308'],
    ['another script', '株式会社 アクメ', '株式会社 アクメ'],
    ['markup is left to those who show it', '<a href="x">{{Nora}}</a>', '<a href="x">{{Nora}}</a>'],
    ['white space around', '  Nora \t', 'Nora'],
    ['10,000 characters', 'W'.repeat(10_000), 'W'.repeat(200)],
    ['10,000 emoji, none cut in half', '🙂'.repeat(5_000), '🙂'.repeat(200)],
    ['a cut that ends in white space', `${'a'.repeat(199)} b`, 'a'.repeat(199)],
    ['nothing visible', '\u200b\u0000 ', ''],
    ['Persian, with its non-joiner', 'علی\u200cرضا', 'علی\u200cرضا'],
    ['Hindi, with its joiner', 'क्\u200dष', 'क्\u200dष'],
    ['emoji that are one', '👩🏽\u200d💻 ❤️\u200d🔥', '👩🏽\u200d💻 ❤️\u200d🔥'],
    ['joiners that join nothing', '\u200dNo\u200dra \u200d\u200c1\u200d2 علی\u200c', 'Nora 12 علی'],
    ['a cut behind a joiner', `${'\u0639'.repeat(199)}\u200c\u0639`, '\u0639'.repeat(199)],
  ])('A12 of %s is cleaned', (_case, name, clean) => {
    expect(cleanName(name)).toBe(clean)
    expect(read({ name })?.name).toBe(clean)
  })

  it('A12 never holds a control character or half a character, nor more than 200', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (name) => {
        const clean = cleanName(name)
        expect(clean).not.toMatch(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u)
        expect(Array.from(clean).length).toBeLessThanOrEqual(200)
        expect(clean).toBe(clean.trim())
        expect(cleanName(clean)).toBe(clean)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is that of userinfo where the ID token has none', () => {
    expect(read({}, { name: 'From userinfo' })?.name).toBe('From userinfo')
    expect(read({ name: 'From the token' }, { name: 'From userinfo' })?.name).toBe('From the token')
  })
})

describe('the locale', () => {
  it.each<[unknown, string | null]>([
    ['de', 'de'],
    ['en-GB', 'en-GB'],
    ['pt_BR', 'pt_BR'],
    [undefined, null],
    ['', null],
    [7, null],
    ['x'.repeat(35), 'x'.repeat(35)],
    ['x'.repeat(36), null],
    ['de\r\nX: y', null],
    ['de\u0000', null],
  ])('of %j is %j', (locale, kept) => {
    expect(read({ locale })?.locale).toBe(kept)
  })
})
