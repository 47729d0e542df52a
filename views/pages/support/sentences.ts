import type { AuditData, AuditEventName } from '../../../domain/audit-events.js'
import { isUuid } from '../../../domain/uuid.js'
import type { ProofKind } from '../../../domain/proof.js'
import { formatClock } from '../../format.js'
import { words } from './frame.js'

/** What happened, as the console's timeline is given it. */
export interface Happening {
  readonly at: Date
  readonly source: 'audit' | 'mail' | 'provider' | 'run'
  readonly event: string
  readonly actor: { readonly kind: 'user' | 'staff' | 'system'; readonly name: string | null }
  readonly organization?: string | null
  readonly attemptId?: string | null
  readonly data: Readonly<Record<string, unknown>>
}

export interface Sentence {
  readonly what: string
  readonly tone: 'good' | 'bad' | 'plain' | 'quiet'
}

type Data = Happening['data']
const said = (data: Data, name: string): string => {
  const value = data[name]
  return typeof value === 'string' || typeof value === 'number' ? words(String(value)) : ''
}
const proofs: Readonly<Record<ProofKind, string>> = {
  password: ' with a password',
  email: ' with a mailed code',
  identity: ' at a provider',
}

const audit: { readonly [Event in AuditEventName]: (data: AuditData<Event>) => string } = {
  'attempt.started': ({ purpose }) =>
    purpose === 'fold'
      ? 'The person said that an older account is theirs as well; no provider was asked.'
      : 'The sign-in began; the person was sent to the provider.',
  'attempt.identity_received': ({ has_email: hasEmail, email_verified: isVerified }) =>
    !hasEmail
      ? 'The provider answered. It knows the person and sent no address; nobody here is known under this identity.'
      : `The provider answered with an address it ${isVerified ? 'calls' : 'does not call'} verified. Nobody here is known under this identity, so the person was asked.`,
  'attempt.decided': ({ choice }) => `The person decided: ${words(choice)}.`,
  'attempt.ended': ({ result, how, code }) =>
    `The sign-in ended: ${words(result)}${how === undefined ? '' : ` (${words(how)})`}${code === undefined ? '' : `: ${words(code)}`}.`,
  'user.created': () => 'An account was made.',
  'user.signed_in': () => 'The person was signed in.',
  'user.folded': () => 'The account was folded into an older one of the person.',
  'user.deleted': ({ by }) =>
    by === 'support' ? 'Support erased the person.' : 'The person deleted the account.',
  'identity.linked': () => 'The identity was linked to the account.',
  'identity.refreshed': () => 'The provider told another name or address: the copy of them was refreshed.',
  'identity.replaced': () => 'The identity took the place of an older one.',
  'identity.unlinked': () => 'The identity was unlinked from the account.',
  'member.added': ({ role }) => `The person joined the organization as ${words(role)}.`,
  'member.accepted': () => 'An open invitation was accepted.',
  'member.flagged': (data) =>
    'restricted' in data
      ? 'The member got the seat that it waited for.'
      : 'The member is linked to no provider of the organization any more.',
  'member.promoted': ({ role }) =>
    `The member became ${words(role)}, as the account was that was folded into this one.`,
  'member.invited': ({ role }) => `Somebody was invited to join the organization as ${words(role)}.`,
  'member.uninvited': () => 'An open invitation was taken back.',
  'member.reminded': () => 'Members without an identity at the provider were asked to link their account.',
  'email.made_primary': () => 'Another address became the primary one.',
  'password.set': () => 'A password was set.',
  'password.removed': () => 'The password was removed.',
  'totp.enabled': () => 'An authenticator app was set up.',
  'totp.disabled': () => 'The authenticator app was removed.',
  'totp.codes_renewed': () => 'The recovery codes were drawn anew.',
  'sso.enabled': () => 'The organization connected a provider.',
  'sso.edited': () => 'The settings of a provider were changed.',
  'sso.disabled': () => 'A provider was switched off.',
  'organization.edited': () => 'The settings of the organization were changed.',
  'domain.proved': () => 'The organization proved a domain.',
  'email.added': () => 'An address was added.',
  'email.removed': () => 'An address was removed, and its link is void.',
  'email.confirmed': () => 'The address was confirmed.',
  'email.dropped': () => 'Another account lost its unconfirmed copy of the address.',
  'mail.accepted': () => 'The mail provider has the mail.',
  'mail.bounced': () => 'The mail came back.',
  'mail.parked': () => 'The mail could not be sent and waits for support.',
  'mail.asked_again': () => 'The person had the confirmation mailed once more, in a mail of its own.',
  'mail.retried': ({ round }) => `The mail is sent once more (round ${String(round)}).`,
  'mail.given_up': () => 'The mail was given up.',
  'session.started': () => 'The browser got its session.',
  'session.ended': () => 'A session ended.',
  'proof.failed': () => 'A proof failed.',
  'proof.shown': ({ kind, awaits_code: awaitsCode }) =>
    awaitsCode === true
      ? 'The person showed a password; the code of the authenticator app is still owed.'
      : `The person proved an account or an address${proofs[kind]}.`,
  'proof.used': ({ kind }) => `The proof${proofs[kind]} was used up by the decision that rests on it.`,
  // Acts of the command line are told by what they changed.
  'staff.acted': (data) =>
    'refused' in data
      ? `Refused to staff: ${words(data.refused)}.`
      : 'act' in data
        ? `Staff acted: ${words(data.act)}.`
        : 'status' in data
          ? `Staff made the person ${words(data.status)}.`
          : 'Staff changed what a provider is trusted with.',
  'staff.viewed': ({ reason }) =>
    reason === undefined ? 'Staff opened this sign-in.' : 'Staff looked at what the provider said.',
  'staff.decoded': () => 'Staff had payloads of the run decoded.',
  'staff.signed_in': () => 'A member of staff signed in.',
}

const isOfAudit = (event: string): event is AuditEventName => event in audit

/** Rows are kept as they are: what an event of the audit would be called today. */
const nameOfToday = (event: string, data: Data): string => {
  if (event === 'proof.used' && !String(data['target']).startsWith('proof ')) return 'proof.shown'
  if (event === 'member.flagged' && 'role' in data) return 'member.promoted'
  return event === 'mail.retried' && !('round' in data) ? 'mail.asked_again' : event
}

/** Names of data were in camelCase once. */
const inSnakeCase = (data: Data): Data =>
  Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name.replaceAll(/(?<=^[a-zA-Z]*)[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  )

const badEvents = new Set(['mail.bounced', 'mail.parked', 'proof.failed'])
const goodEvents = new Set(['user.created', 'user.signed_in', 'email.confirmed', 'mail.accepted'])

/** One thing that happened in plain words. */
export const sentenceOf = ({ source, event: written, data: kept }: Happening): Sentence => {
  const data = inSnakeCase(kept)
  const event = source === 'audit' ? nameOfToday(written, data) : written
  if (source === 'mail')
    return {
      what: `Try ${said(data, 'try')} of round ${said(data, 'round')}: ${words(event)}.`,
      tone: ['failed', 'refused', 'bounced', 'suppressed'].includes(event)
        ? 'bad'
        : ['accepted', 'delivered'].includes(event)
          ? 'good'
          : 'plain',
    }
  if (source === 'provider')
    return {
      what: `The mail provider told: ${words(event)}.`,
      tone: event === 'delivered' ? 'good' : ['bounce', 'dropped'].includes(event) ? 'bad' : 'plain',
    }
  if (source === 'run')
    return { what: `${event}${said(data, 'name') === '' ? '' : ` · ${String(data['name'])}`}`, tone: 'quiet' }
  const tone =
    badEvents.has(event) || data['result'] === 'rejected' || 'refused' in data
      ? 'bad'
      : goodEvents.has(event) || data['result'] === 'signed_in'
        ? 'good'
        : 'plain'
  // Data of a row is what the act wrote under that event.
  const say = isOfAudit(event) ? (audit[event] as (data: Data) => string) : () => `${words(event)}.`
  return { what: say(data), tone }
}

/** Lists of several; every other pair is what a setting was and what it is. */
const lists = new Set(['roles', 'methods', 'organizations', 'changed'])

const ofOurs = /^[a-zA-Z][a-zA-Z_]*$/

/** Names from our code as words; what somebody typed, an address of a server for one, as it is. */
const shown = (value: unknown, name = ''): string => {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return quoted.has(name) || !ofOurs.test(value) ? value : words(value)
  if (Array.isArray(value))
    return lists.has(name) || value.length !== 2
      ? value.map((one) => shown(one, name)).join(', ')
      : value.map((one) => shown(one, name)).join(' → ')
  if (typeof value !== 'object') return JSON.stringify(value)
  return Object.entries(value)
    .map(([key, one]) => `${labelOf(key)}: ${shown(one, key)}`)
    .join(', ')
}

const labelOf = (name: string): string => (ofOurs.test(name) ? words(name) : name)

/** Facts that a name and a value would not explain; null where there is nothing to say. */
const facts: Readonly<Record<string, (value: unknown) => string | null>> = {
  held: (is) => (is === true ? 'an account holds the address, confirmed' : 'no account holds the address'),
  trusted: (is) => (is === true ? 'the provider’s word for the address counts' : null),
  second_factor: (is) => (is === true ? 'with a second factor' : 'without a second factor'),
  account: (is) => (is === true ? 'it reaches an account' : 'it reaches no account'),
  is_stale: (is) => (is === true ? 'the sign-in at the provider was old' : null),
  started_at: (at) => (typeof at === 'string' ? `started at ${formatClock('en', new Date(at), true)}` : null),
  restricted: (is) => (is === true ? 'waits for a seat' : null),
}

/** Words that people wrote or another system sent: as they are. */
const quoted = new Set(['reason', 'provider_said', 'route', 'network', 'domain', 'display_name', 'issuer'])

/** What the sentence leaves out, in the words of the data. Ids are left to the links beside it, and to the JSON. */
export const detailsOf = (data: Data): string[] =>
  Object.entries(inSnakeCase(data)).flatMap(([name, value]) => {
    if (told.has(name) || value === null || value === '') return []
    if (typeof value === 'string' && isUuid(value)) return []
    const fact = facts[name]
    if (fact !== undefined) return fact(value) ?? []
    // A person's new status is the sentence; that of a provider is a pair.
    if (name === 'status' && typeof value === 'string') return []
    return `${labelOf(name)}: ${shown(value, name)}`
  })

const told = new Set([
  'result',
  'how',
  'choice',
  'role',
  'act',
  'round',
  'try',
  'name',
  'has_email',
  'run',
  'email_verified',
  'known',
  'awaits_code',
  'by',
  'refused',
  'target',
  // The provider and the rules that a decision rests on, as the commit compares them.
  'provider',
  'policy_version',
])
