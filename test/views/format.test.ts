import { describe, expect, it } from '@jest/globals'
import { formatClock, formatDayAndClock, formatTimeLeft, formatWait } from '../../views/format.js'

const now = new Date('2026-11-25T14:05:00Z')

function later(seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000)
}

describe('times', () => {
  it('name their zone', () => {
    expect(formatClock('en', now)).toBe('14:05 UTC')
    expect(formatClock('de', now)).toBe('14:05 UTC')
    expect(formatDayAndClock('en', now)).toBe('25 November 2026, 14:05 UTC')
    expect(formatDayAndClock('de', now)).toBe('25. November 2026, 14:05 UTC')
  })

  it('use the 24-hour clock at midnight too', () => {
    expect(formatClock('en', new Date('2026-11-25T00:00:00Z'))).toBe('00:00 UTC')
  })
})

describe('formatTimeLeft', () => {
  it.each([
    [-5, '1 minute', '1 Minute'],
    [59, '1 minute', '1 Minute'],
    [89, '1 minute', '1 Minute'],
    [598, '10 minutes', '10 Minuten'],
    [3_569, '59 minutes', '59 Minuten'],
    [7_169, '119 minutes', '119 Minuten'],
    [7_199, '2 hours', '2 Stunden'],
    [171_000, '48 hours', '48 Stunden'],
    [172_799, '48 hours', '48 Stunden'],
    [170_900, '47 hours', '47 Stunden'],
  ])('is %d seconds to the nearest: %s', (seconds, en, de) => {
    expect(formatTimeLeft('en', now, later(seconds))).toBe(en)
    expect(formatTimeLeft('de', now, later(seconds))).toBe(de)
  })
})

describe('formatWait', () => {
  it.each([
    [0.2, '1 second', '1 Sekunde'],
    [30, '30 seconds', '30 Sekunden'],
    [121, '3 minutes', '3 Minuten'],
    [7201, '3 hours', '3 Stunden'],
    [86_400, '24 hours', '24 Stunden'],
  ])('asks for no less than %d seconds: %s', (seconds, en, de) => {
    expect(formatWait('en', seconds)).toBe(en)
    expect(formatWait('de', seconds)).toBe(de)
  })
})
