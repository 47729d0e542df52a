import { describe, expect, it } from '@jest/globals'
import {
  attemptMinutes,
  choices,
  minutes,
  openAttemptsPerBrowser,
  redeemMinutes,
  results,
  stages,
} from '../../domain/attempt.js'

describe('an attempt', () => {
  it('has the names and figures that programs outside rely on', () => {
    expect({ stages, choices, results }).toEqual({
      stages: ['awaiting_provider', 'awaiting_decision', 'finishing', 'ended'],
      choices: ['link', 'merge', 'create', 'cancel'],
      results: ['signed_in', 'rejected', 'cancelled', 'expired', 'proved'],
    })
    expect({ attemptMinutes, openAttemptsPerBrowser, redeemMinutes }).toEqual({
      attemptMinutes: 60,
      openAttemptsPerBrowser: 10,
      redeemMinutes: 10,
    })
  })

  it('writes minutes as Postgres reads them', () => {
    expect(minutes(60)).toBe('60 minutes')
  })
})
