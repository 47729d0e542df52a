import type { ProviderFault } from '../domain/provider-fault.js'
import type { Locale } from './locale.js'
import { deFaults } from './locales/de-faults.js'
import { enFaults, type FaultTexts } from './locales/en-faults.js'
import { shownText } from './shown-text.js'

const texts: Readonly<Record<Locale, FaultTexts>> = { en: enFaults, de: deFaults }

/** Characters of what a provider calls itself: it may be anything. */
const longestIssuer = 200

/** The sentence for one thing that is wrong with a provider. @param issuer what the provider calls itself, where it is known */
export function faultText(locale: Locale, fault: ProviderFault, issuer: string | null): string {
  const shown = Array.from(shownText(issuer ?? ''))
  return texts[locale].faults[fault](
    shown.length > longestIssuer ? `${shown.slice(0, longestIssuer).join('')}…` : shown.join(''),
  )
}

/** The sentence for a field of an organization's settings that is refused. */
export function settingText(locale: Locale, name: keyof FaultTexts['settings']): string {
  return texts[locale].settings[name]
}
