import type { Locale } from './locale.js'

// British English for its 24-hour clock; UTC because a server does not know where the reader is.
const tags: Readonly<Record<Locale, string>> = { en: 'en-GB', de: 'de-DE' }

const toMinute = { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' } as const
const clocks = perLocale((tag) => new Intl.DateTimeFormat(tag, toMinute))
const exactClocks = perLocale((tag) => new Intl.DateTimeFormat(tag, { ...toMinute, second: '2-digit' }))
const days = perLocale(
  (tag) => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }),
)
const hours = perLocale((tag) => unitFormat(tag, 'hour'))
const minutes = perLocale((tag) => unitFormat(tag, 'minute'))
const seconds = perLocale((tag) => unitFormat(tag, 'second'))

/** `14:05 UTC`, or exactly `14:05:09 UTC` */
export function formatClock(locale: Locale, at: Date, exact = false): string {
  return `${(exact ? exactClocks : clocks)[locale].format(at)} UTC`
}

/** `25 November 2026, 14:05 UTC` */
export function formatDayAndClock(locale: Locale, at: Date, exact = false): string {
  return `${days[locale].format(at)}, ${formatClock(locale, at, exact)}`
}

/** Whether both instants lie on one day of the UTC calendar. */
export function isSameDay(one: Date, other: Date): boolean {
  return one.toISOString().slice(0, 10) === other.toISOString().slice(0, 10)
}

/**
 * The time left until an instant, to the nearest: hours from two hours up, else minutes, never less than one minute. Where it matters
 * the instant stands beside it.
 */
export function formatTimeLeft(locale: Locale, now: Date, until: Date): string {
  const left = Math.max(1, Math.round((until.getTime() - now.getTime()) / 60_000))
  return left >= 120 ? hours[locale].format(Math.round(left / 60)) : minutes[locale].format(left)
}

/** A wait, rounded up: seconds below two minutes, minutes below two hours, else hours. */
export function formatWait(locale: Locale, wait: number): string {
  if (wait < 120) return seconds[locale].format(Math.ceil(wait))
  return wait < 7200
    ? minutes[locale].format(Math.ceil(wait / 60))
    : hours[locale].format(Math.ceil(wait / 3600))
}

function unitFormat(tag: string, unit: 'hour' | 'minute' | 'second'): Intl.NumberFormat {
  return new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'long' })
}

function perLocale<T>(make: (tag: string) => T): Readonly<Record<Locale, T>> {
  return { en: make(tags.en), de: make(tags.de) }
}
