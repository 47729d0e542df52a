export type Locale = 'en' | 'de'

/** Every locale that has a catalogue in `views/locales/`; the first one is the fallback. */
export const locales: readonly Locale[] = ['en', 'de']

const fallback: Locale = 'en'

/** Looks up what is written once in each locale. */
export function inLocale<Texts>(texts: Readonly<Record<Locale, Texts>>): (locale: Locale) => Texts {
  return (locale) => texts[locale]
}

/**
 * The locale that a person prefers most among ours.
 * @param acceptLanguage the header as it came (RFC 9110 section 12.5.4); absent or unreadable gives English
 */
export function chooseLocale(acceptLanguage: string | undefined): Locale {
  const ranges = (acceptLanguage ?? '').split(',').map(parseRange)
  // The sort is stable, so that ranges of equal weight keep the order in which they were sent.
  const wanted = ranges.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight)
  for (const { language } of wanted) {
    const match = locales.find((locale) => locale === language)
    if (match !== undefined) return match
    if (language === '*') return fallback
  }
  return fallback
}

function parseRange(range: string): { language: string; weight: number } {
  const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  const [language = ''] = tag.split('-')
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  const weight = quality === undefined ? 1 : Number(quality.slice(2))
  return { language, weight: weight <= 1 ? weight : 0 }
}
