import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { mailSafeName } from '../../../views/mails/mail-safe-name.js'

describe('mailSafeName', () => {
  it.each([
    ['Acme', 'Acme'],
    ['  Acme   Corp ', 'Acme Corp'],
    ['Müller & Söhne GmbH', 'Müller Söhne GmbH'],
    ['Acme\r\nBcc: everybody@people.example', 'Acme Bcc everybody people example'],
    ['<a href="https://evil.example">Acme</a>', 'a href https evil example Acme a'],
    ['{{constructor}} ${7*7} <%= x %>', 'constructor 7 7 x'],
    ['\u202eemcA', 'emcA'],
    ['https://evil.example/pay', 'https evil example pay'],
    ['Ａｃｍｅ', 'Acme'],
    ['株式会社アクメ 2', '株式会社アクメ 2'],
    ['\u0000\u200b', ''],
    ['!!!', ''],
    ['', ''],
    ['W'.repeat(10_000), 'W'.repeat(40)],
    [`${'ab '.repeat(13)}ab cd`, `${'ab '.repeat(13)}a`],
    ['𝒳'.repeat(50), 'X'.repeat(40)],
    ['𠮷'.repeat(50), '𠮷'.repeat(40)],
  ])('A12 reduces %j to %j', (name, safe) => {
    expect(mailSafeName(name)).toBe(safe)
  })

  it('A12 leaves nothing but 40 letters, digits and single spaces of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
        const safe = mailSafeName(name)
        expect(Array.from(safe).length).toBeLessThanOrEqual(40)
        expect(safe).toMatch(/^(?:[\p{L}\p{Nd}]+(?: [\p{L}\p{Nd}]+)*)?$/u)
      }),
    )
  })
})
