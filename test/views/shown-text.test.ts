import { describe, expect, it } from '@jest/globals'
import { initials } from '../../views/initials.js'
import { shownText } from '../../views/shown-text.js'

describe('shownText', () => {
  it.each([
    ['Jane Doe', 'Jane Doe'],
    ['  Jane\r\n\tDoe ', 'Jane Doe'],
    ['Jane\u2028Bcc: x', 'Jane Bcc: x'],
    ['a\u202egnp.exe\u202c', 'agnp.exe'],
    ['\u2066x\u2069\u200f', 'x'],
    ['Ja\u0000ne\u0007', 'Jane'],
    ['\ud800x', 'x'],
    ['<b>{{x}}</b>', '<b>{{x}}</b>'],
    ['شركة', 'شركة'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
  ])('A12 shows %j as %j', (text, shown) => {
    expect(shownText(text)).toBe(shown)
  })

  it('A12 cuts 10,000 characters, and none of them in two', () => {
    expect(shownText('😀'.repeat(10_000))).toBe(`${'😀'.repeat(255)}…`)
  })
})

describe('initials', () => {
  it.each([
    ['Jane Doe', 'JD'],
    ['jane', 'J'],
    ['Jane von der Doe', 'JD'],
    ['jane.doe@people.example', 'JD'],
    ['Łukasz Ąk', 'ŁĄ'],
    ['李 小龍', '李小'],
    ['<<< >>>', '•'],
    ['', '•'],
  ])('stand for %j as %s', (name, letters) => {
    expect(initials(name)).toBe(letters)
  })
})
