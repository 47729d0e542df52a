export type MailKind = 'confirmation' | 'confirmation_reminder'

/** Where one logical mail stands (spec: pipeline 5, "states"). */
export const mailStates = [
  'queued',
  'sending',
  'accepted',
  'delivered',
  'deferred',
  'bounced',
  'suppressed',
  'parked',
  'cancelled',
  'expired',
  'confirmed',
] as const
export type MailState = (typeof mailStates)[number]

const rank: Readonly<Record<MailState, number>> = {
  queued: 0,
  sending: 1,
  parked: 2,
  accepted: 3,
  deferred: 4,
  delivered: 5,
  suppressed: 6,
  bounced: 7,
  cancelled: 8,
  expired: 8,
  confirmed: 8,
}

/** The states from which a round of a mail may come to this one: it only moves forward, and from an end nowhere. */
export const statesBefore = (state: MailState): MailState[] =>
  mailStates.filter((before) => rank[before] < rank[state])

/** Its tries go on. */
export const isUnderWay = (state: MailState): boolean => state === 'queued' || state === 'sending'

/** Nothing is sent, told or waited for any more. */
export const hasEnded = (state: MailState): boolean =>
  state === 'cancelled' || state === 'expired' || state === 'confirmed'

/** The provider has the message and has not given it back: its link may be clicked. */
export const isOut = (state: MailState): boolean =>
  state === 'accepted' || state === 'deferred' || state === 'delivered'

/** How one try ended; `ambiguous` where the provider may or may not have the message. */
export type TryState =
  | 'sending'
  | 'accepted'
  | 'deferred'
  | 'delivered'
  | 'bounced'
  | 'suppressed'
  | 'refused'
  | 'failed'
  | 'ambiguous'

/** What a transport says of one send (spec: mail, "Delivery"). `reason` is the provider's word, without anything personal. */
export type SendResult =
  | { readonly kind: 'accepted'; readonly providerMessageId: string | null }
  | { readonly kind: 'retry'; readonly reason: string }
  | { readonly kind: 'rate_limited'; readonly seconds: number; readonly reason: string }
  | { readonly kind: 'misconfigured'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'ambiguous'; readonly reason: string }

/** Seconds in which a mail is tried before it is parked for support, or given up (spec: mail, "budget by kind"). */
export const mailBudgetSeconds: Readonly<Record<MailKind, number>> = {
  confirmation: 24 * 3600,
  confirmation_reminder: 24 * 3600,
}

/** Copies of one mail that may ever be out, where the fate of earlier ones is not known (spec: mail, "Delivery"). */
export const mailCopiesCap = 3

/** Seconds to wait for the provider's word on an ambiguous send before it is sent again. */
export const ambiguousWaitSeconds = 90

/** Hours after the first mail at which one reminder is sent to an address that is still unconfirmed. */
export const reminderHours = 24

/** Days for which a run keeps a mail, parked or not, before it is over (spec: mail, "budget used up"). */
export const mailHeldDays = 7

/** Seconds after which a mail that waits looks again at the latest, so that a pause which support lifts ends soon. */
export const longestMailWaitSeconds = 300
