import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { TryState } from '../../domain/mail.js'
import { afterEvent, mailEventNames } from '../../domain/mail-event.js'
import type { MailEventName } from '../../domain/mail-event.js'

/** What each event makes of each state; of a state that is left out it makes nothing. */
const table: Readonly<Record<MailEventName, Partial<Record<TryState, TryState>>>> = {
  processed: { sending: 'accepted', failed: 'accepted', ambiguous: 'accepted', refused: 'accepted' },
  deferred: {
    sending: 'deferred',
    failed: 'deferred',
    ambiguous: 'deferred',
    refused: 'deferred',
    accepted: 'deferred',
  },
  delivered: {
    sending: 'delivered',
    failed: 'delivered',
    ambiguous: 'delivered',
    refused: 'delivered',
    accepted: 'delivered',
    deferred: 'delivered',
  },
  bounce: {
    sending: 'bounced',
    failed: 'bounced',
    ambiguous: 'bounced',
    refused: 'bounced',
    accepted: 'bounced',
    deferred: 'bounced',
    delivered: 'bounced',
    suppressed: 'bounced',
  },
  dropped: {
    sending: 'suppressed',
    failed: 'suppressed',
    ambiguous: 'suppressed',
    refused: 'suppressed',
    accepted: 'suppressed',
    deferred: 'suppressed',
    delivered: 'suppressed',
  },
}
const states: readonly TryState[] = [
  'sending',
  'accepted',
  'deferred',
  'delivered',
  'bounced',
  'suppressed',
  'refused',
  'failed',
  'ambiguous',
]

describe('afterEvent', () => {
  it.each(
    mailEventNames.flatMap((event) =>
      states.map((state) => [state, event, table[event][state] ?? null] as const),
    ),
  )('moves a try that is %s, on %s, to %s', (state, event, next) => {
    expect(afterEvent(state, event)).toBe(next)
  })

  it('F26 I13 leads to one end, however often and in whatever order the events of a message come', () => {
    const run = (events: readonly MailEventName[]): TryState =>
      events.reduce<TryState>((state, event) => afterEvent(state, event) ?? state, 'sending')
    const history = fc.uniqueArray(fc.constantFrom(...mailEventNames))
    const twiceShuffled = (
      events: MailEventName[],
    ): fc.Arbitrary<readonly [MailEventName[], MailEventName[]]> =>
      fc
        .shuffledSubarray([...events, ...events], { minLength: events.length * 2 })
        .map((shuffled) => [events, shuffled] as const)
    fc.assert(
      fc.property(history.chain(twiceShuffled), ([events, shuffled]) => {
        expect(run(shuffled)).toBe(run(events))
      }),
      { numRuns: 2_000 },
    )
  })
})
