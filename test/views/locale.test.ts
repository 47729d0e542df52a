import { describe, expect, it } from '@jest/globals'
import { chooseLocale } from '../../views/locale.js'

describe('chooseLocale', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['DE-at', 'de'],
    ['de-CH,de;q=0.9,en;q=0.8', 'de'],
    ['en-GB,en;q=0.9,de;q=0.8', 'en'],
    ['en;q=0.2, de;q=0.7', 'de'],
    ['fr,it;q=0.9', 'en'],
    ['fr, de;q=0.1', 'de'],
    ['de;q=0, en', 'en'],
    ['de;q=0', 'en'],
    ['*', 'en'],
    ['fr, *;q=0.5, de;q=0.4', 'en'],
    ['de;q=high', 'en'],
    ['de;q=2', 'en'],
    [';;;,,,;q=', 'en'],
    ['toString, __proto__', 'en'],
  ])('P62 %j is answered in %s', (header, locale) => {
    expect(chooseLocale(header)).toBe(locale)
  })
})
