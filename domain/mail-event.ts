import type { MailState, TryState } from './mail.js'

/** What a mail provider tells of a message, by SendGrid's names. Opens and clicks say nothing about who owns an address. */
export const mailEventNames = ['processed', 'deferred', 'delivered', 'bounce', 'dropped'] as const
export type MailEventName = (typeof mailEventNames)[number]

/** States that only the provider can tell of, of a try as of its mail. */
export type ToldState = Exclude<TryState & MailState, 'sending'>

const meaning: Readonly<Record<MailEventName, ToldState>> = {
  processed: 'accepted',
  deferred: 'deferred',
  delivered: 'delivered',
  bounce: 'bounced',
  dropped: 'suppressed',
}

/** No two that an event can lead to are equal, so that the order in which events come does not matter. */
const rank: Readonly<Record<TryState, number>> = {
  sending: 0,
  failed: 0,
  ambiguous: 0,
  refused: 0,
  accepted: 1,
  deferred: 2,
  delivered: 3,
  suppressed: 4,
  bounced: 5,
}

/**
 * The state that an event moves a try to; null where it says nothing new. A try only moves to a state of higher rank: events
 * come late, twice and out of order (spec: mail, "events").
 */
export const afterEvent = (state: TryState, event: MailEventName): ToldState | null =>
  rank[meaning[event]] > rank[state] ? meaning[event] : null
