import { describe, expect, it } from '@jest/globals'
import { errorCodes } from '../../domain/errors.js'
import { locales } from '../../views/locale.js'
import { problemText } from '../../views/problem-text.js'

describe('problemText', () => {
  it.each(errorCodes)('P62 has a title and whole sentences for %s in each language', (code) => {
    for (const locale of locales) {
      const { title, detail } = problemText(locale, code)
      expect(title).toMatch(/^\p{Lu}.*[^.]$/u)
      expect(detail).toMatch(/^\p{Lu}.+\.$/u)
    }
    expect(problemText('de', code)).not.toEqual(problemText('en', code))
  })

  it('has a title of its own for every code, and for a provider that said no', () => {
    const titles = errorCodes.map((code) => problemText('en', code).title)
    expect(new Set([...titles, problemText('en', 'provider_error', true).title]).size).toBe(
      errorCodes.length + 1,
    )
  })

  it('names nobody else when an identity is refused', () => {
    for (const locale of locales) {
      const { title, detail } = problemText(locale, 'identity_conflict')
      expect(`${title} ${detail}`).not.toMatch(/someone|somebody|another|jemand|ander/i)
    }
  })
})
