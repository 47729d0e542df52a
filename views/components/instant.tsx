import type { VNode } from 'preact'
import { formatClock, formatDayAndClock, isSameDay } from '../format.js'
import type { Locale } from '../locale.js'

interface InstantProps {
  readonly locale: Locale
  readonly at: Date
  readonly now: Date
  /** To the second. */
  readonly exact?: boolean
}

/** A time in UTC, with the day unless it is today; the page's script puts it into the reader's own zone. */
export function Instant({ locale, at, now, exact = false }: InstantProps): VNode {
  const today = isSameDay(at, now)
  return (
    <time
      dateTime={at.toISOString()}
      data-local={today ? 'clock' : 'day'}
      data-exact={exact ? '' : undefined}
    >
      {today ? formatClock(locale, at, exact) : formatDayAndClock(locale, at, exact)}
    </time>
  )
}
