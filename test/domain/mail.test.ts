import { describe, expect, it } from '@jest/globals'
import { confirmationHours } from '../../domain/confirmation-token.js'
import {
  ambiguousWaitSeconds,
  mailBudgetSeconds,
  mailCopiesCap,
  mailStates,
  reminderHours,
} from '../../domain/mail.js'

describe('the figures of mail', () => {
  it('are those of the specification', () => {
    expect({ mailBudgetSeconds, mailCopiesCap, ambiguousWaitSeconds, reminderHours }).toEqual({
      mailBudgetSeconds: { confirmation: 86_400, confirmation_reminder: 86_400 },
      mailCopiesCap: 3,
      ambiguousWaitSeconds: 90,
      reminderHours: 24,
    })
  })

  it('send a reminder, all its tries included, while its link still lives', () => {
    expect(reminderHours * 3600 + mailBudgetSeconds.confirmation_reminder).toBeLessThanOrEqual(
      confirmationHours * 3600,
    )
  })

  it('name each state once', () => {
    expect(new Set(mailStates).size).toBe(mailStates.length)
  })
})
