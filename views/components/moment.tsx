import type { ComponentChildren } from 'preact'
import { isSameDay } from '../format.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { Instant } from './instant.js'

/** A time within a sentence: `at 14:05`, `on 24 November 2026, 09:30`. */
export function moment(locale: Locale, at: Date, now: Date): ComponentChildren {
  const { when } = messagesFor(locale)
  const instant = <Instant locale={locale} at={at} now={now} />
  return isSameDay(at, now) ? when.clock(instant) : when.day(instant)
}
