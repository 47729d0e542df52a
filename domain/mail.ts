const minute = 60
const hour = 60 * minute

interface MailRule {
  /** Seconds in which a mail is tried before it is parked for support, or given up (spec: mail, "budget by kind"). */
  readonly budgetSeconds: number
  /** Waits for support once its budget is used up, or the provider refuses it; else it is over. */
  readonly parks: boolean
  /** Goes first where many wait: 1 for what a person waits for, 5 for what nobody does (spec: mail, "limits"). */
  readonly priority: 1 | 2 | 3 | 4 | 5
}

const proof: MailRule = { budgetSeconds: 8 * minute, parks: false, priority: 1 }
const confirmation: MailRule = { budgetSeconds: 24 * hour, parks: true, priority: 1 }
const notice: MailRule = { budgetSeconds: 24 * hour, parks: true, priority: 3 }
const bulk: MailRule = { ...notice, priority: 5 }

/** Every kind of mail, and how long and how urgently it is tried. */
export const mailRules = {
  /** Asks whether an address belongs to its account, and once more the next day. */
  confirmation,
  confirmation_reminder: { ...confirmation, priority: 4 },
  /** In place of a confirmation, where somebody else holds the address as verified: the new account is not told. */
  already_have_account: confirmation,
  /** Link and code by which a browser proves an attempt's own address. */
  merge_proof: proof,
  password_reset: proof,
  /** For members whose organization has switched its provider off. */
  set_password: bulk,
  identity_linked_notice: notice,
  attempt_rejected_notice: notice,
  password_changed_notice: notice,
  /** To the address that was primary before. */
  address_changed_notice: notice,
  /** An address was confirmed by somebody else. */
  email_dropped_notice: notice,
  /** On a first confirmed address (spec: pipeline 5, "effect"). */
  sign_in_methods_removed_notice: notice,
  /** Any other change of the ways to sign in; `facts.change` says which. */
  sign_in_method_notice: notice,
  /** To each member without an identity once a provider is set up. */
  link_your_account: bulk,
  /** To an address of which nothing is known, by whoever runs an organization. */
  invitation: notice,
} as const satisfies Record<string, MailRule>

export type MailKind = keyof typeof mailRules

/** Mails that tell where the confirmation of an address stands; a new account cannot tell them apart. */
export const confirmationKinds = [
  'confirmation',
  'confirmation_reminder',
  'already_have_account',
] as const satisfies MailKind[]

/** What is more than once told of one account, or asked for again, comes after what came first. */
export const mailPriority = (kind: MailKind, repeated: boolean): number =>
  mailRules[kind].priority + (repeated && mailRules[kind].priority === 1 ? 1 : 0)

/** What changed, for the words of a `sign_in_method_notice`. */
export const methodChanges = [
  'identity_unlinked',
  'totp_enabled',
  'totp_disabled',
  'recovery_codes_renewed',
  'password_removed',
  'address_added',
  'address_removed',
] as const
export type MethodChange = (typeof methodChanges)[number]

/** What a `sign_in_methods_removed_notice` may list. */
export const removedMethods = ['password', 'totp', 'identities', 'addresses', 'sessions'] as const
export type RemovedMethod = (typeof removedMethods)[number]

/** Codes and counts for the words of a mail; nothing personal. */
export interface MailFacts {
  readonly change?: MethodChange
  readonly removed?: readonly RemovedMethod[]
}

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

/** Copies of one mail that may ever be out, where the fate of earlier ones is not known (spec: mail, "Delivery"). */
export const mailCopiesCap = 3

/** Seconds to wait for the provider's word on an ambiguous send before it is sent again. */
export const ambiguousWaitSeconds = 90

/** Hours after the first mail at which one reminder is sent to an address that is still unconfirmed. */
export const reminderHours = 24

/** Days for which a run keeps a mail, parked or not, before it is over (spec: mail, "budget used up"). */
const mailHeldDays = 7

/** Until when a mail is held that nobody could send, by the time at which it was queued. Milliseconds since 1970. */
export const heldUntil = (queuedAt: Date): number => queuedAt.getTime() + mailHeldDays * 24 * 3_600_000

/** Seconds after which a mail that waits looks again at the latest, so that a pause which support lifts ends soon. */
export const longestMailWaitSeconds = 300
