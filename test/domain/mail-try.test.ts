import { describe, expect, it } from '@jest/globals'
import { ambiguousWaitSeconds, mailCopiesCap, mailRules, mailStates } from '../../domain/mail.js'
import type { MailKind } from '../../domain/mail.js'
import { planTry } from '../../domain/mail-try.js'
import type { TryFacts, TryPlan } from '../../domain/mail-try.js'

const fresh: TryFacts = {
  kind: 'confirmation',
  state: 'queued',
  round: { asked: 1, current: 1 },
  roundSeconds: 0,
  ambiguousTries: 0,
  secondsSinceAmbiguous: null,
  pausedSeconds: 0,
}
const budget = mailRules.confirmation.budgetSeconds
const send: TryPlan = { do: 'send' }
const stop: TryPlan = { do: 'stop' }
const wait = (seconds: number, why: 'paused' | 'ambiguous'): TryPlan => ({ do: 'wait', seconds, why })
const park = (reason: 'budget_used_up' | 'copies_used_up'): TryPlan => ({ do: 'park', reason })

describe('planTry', () => {
  it.each<[string, Partial<TryFacts>, TryPlan]>([
    ['a fresh mail', {}, send],
    ['a mail whose earlier try a worker left open', { state: 'sending' }, send],
    ['an older round', { round: { asked: 1, current: 2 } }, stop],
    ['a newer round than there is', { round: { asked: 2, current: 1 } }, stop],
    [
      'an older round of a paused, spent mail',
      { round: { asked: 1, current: 2 }, pausedSeconds: 9, roundSeconds: budget + 1 },
      stop,
    ],
    ['a paused transport', { pausedSeconds: 30 }, wait(30, 'paused')],
    ['a pause of a fraction of a second', { pausedSeconds: 0.2 }, wait(0.2, 'paused')],
    ['a pause that has ended', { pausedSeconds: 0 }, send],
    [
      'a pause and a spent budget: nothing is burned while it lasts',
      { pausedSeconds: 1, roundSeconds: budget + 1 },
      wait(1, 'paused'),
    ],
    ['the last second of the budget', { roundSeconds: budget }, send],
    ['a spent budget', { roundSeconds: budget + 0.001 }, park('budget_used_up')],
    [
      'a spent budget with an ambiguous try',
      { roundSeconds: budget + 1, ambiguousTries: 1, secondsSinceAmbiguous: 0 },
      park('budget_used_up'),
    ],
    [
      'an ambiguous try just now',
      { ambiguousTries: 1, secondsSinceAmbiguous: 0 },
      wait(ambiguousWaitSeconds, 'ambiguous'),
    ],
    [
      'an ambiguous try a while ago',
      { ambiguousTries: 1, secondsSinceAmbiguous: ambiguousWaitSeconds - 1 },
      wait(1, 'ambiguous'),
    ],
    [
      'an ambiguous try long enough ago',
      { ambiguousTries: 1, secondsSinceAmbiguous: ambiguousWaitSeconds },
      send,
    ],
    ['two of them', { ambiguousTries: 2, secondsSinceAmbiguous: ambiguousWaitSeconds }, send],
    [
      'three of them just now: the event of the last may still come',
      { ambiguousTries: mailCopiesCap, secondsSinceAmbiguous: 1 },
      wait(ambiguousWaitSeconds - 1, 'ambiguous'),
    ],
    [
      'three of them',
      { ambiguousTries: mailCopiesCap, secondsSinceAmbiguous: ambiguousWaitSeconds },
      park('copies_used_up'),
    ],
    [
      'more than that',
      { ambiguousTries: 4, secondsSinceAmbiguous: ambiguousWaitSeconds + 1 },
      park('copies_used_up'),
    ],
  ])('plans for %s', (_case, facts, plan) => {
    expect(planTry({ ...fresh, ...facts })).toEqual(plan)
  })

  it.each(mailStates.filter((state) => state !== 'queued' && state !== 'sending'))(
    'sends nothing of a mail that is %s',
    (state) => {
      expect(planTry({ ...fresh, state })).toEqual(stop)
      expect(planTry({ ...fresh, state, pausedSeconds: 5, roundSeconds: budget + 1 })).toEqual(stop)
    },
  )

  it.each(Object.entries(mailRules).map(([kind, rule]) => [kind as MailKind, rule.budgetSeconds] as const))(
    'keeps to the budget of a %s',
    (kind, seconds) => {
      expect(planTry({ ...fresh, kind, roundSeconds: seconds })).toEqual(send)
      expect(planTry({ ...fresh, kind, roundSeconds: seconds + 1 })).toEqual(park('budget_used_up'))
    },
  )

  it('never lets more than three copies out, however the tries end', () => {
    let ambiguousTries = 0
    while (
      planTry({
        ...fresh,
        ambiguousTries,
        secondsSinceAmbiguous: ambiguousTries === 0 ? null : ambiguousWaitSeconds,
      }).do === 'send'
    ) {
      ambiguousTries += 1
    }
    expect(ambiguousTries).toBe(3)
  })
})
