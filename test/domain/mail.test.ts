import { describe, expect, it } from '@jest/globals'
import { confirmationHours } from '../../domain/confirmation-token.js'
import {
  ambiguousWaitSeconds,
  mailCopiesCap,
  mailPriority,
  mailRules,
  mailStates,
  reminderHours,
} from '../../domain/mail.js'

describe('the figures of mail', () => {
  it('are those of the specification', () => {
    expect({ mailCopiesCap, ambiguousWaitSeconds, reminderHours }).toEqual({
      mailCopiesCap: 3,
      ambiguousWaitSeconds: 90,
      reminderHours: 24,
    })
  })

  it('are 8 min without parking for a proof, 24 h for a confirmation or a notice', () => {
    const budgets = Object.entries(mailRules).map(([kind, { budgetSeconds, parks }]) => [
      kind,
      budgetSeconds / 60,
      parks,
    ])
    const quick = budgets.filter(([, minutes]) => minutes === 8)
    expect(quick).toEqual([
      ['merge_proof', 8, false],
      ['password_reset', 8, false],
    ])
    expect(budgets.filter(([, minutes, parks]) => minutes === 1440 && parks === true)).toHaveLength(
      budgets.length - quick.length,
    )
  })

  it('put proofs and first confirmations before resends, those before notices, and those before bulk', () => {
    expect([
      mailPriority('merge_proof', false),
      mailPriority('confirmation', false),
      mailPriority('confirmation', true),
      mailPriority('identity_linked_notice', true),
      mailPriority('link_your_account', false),
    ]).toEqual([1, 1, 2, 3, 5])
  })

  it('send a reminder, all its tries included, while its link still lives', () => {
    expect(reminderHours * 3600 + mailRules.confirmation_reminder.budgetSeconds).toBeLessThanOrEqual(
      confirmationHours * 3600,
    )
  })

  it('name each state once', () => {
    expect(new Set(mailStates).size).toBe(mailStates.length)
  })
})
