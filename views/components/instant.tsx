import type { VNode } from 'preact'
import { formatClock, formatDayAndClock, isSameDay } from '../format.js'
import type { Locale } from '../locale.js'

interface InstantProps {
  readonly locale: Locale
  readonly at: Date
  readonly now: Date
}

/** A time in UTC, with the day unless it is today; the page's script puts it into the reader's own zone. */
export function Instant({ locale, at, now }: InstantProps): VNode {
  const today = isSameDay(at, now)
  return (
    <time dateTime={at.toISOString()} data-local={today ? 'clock' : 'day'}>
      {today ? formatClock(locale, at) : formatDayAndClock(locale, at)}
    </time>
  )
}
