import { isUuid } from '../../../domain/uuid.js'
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
const because = (data: Data): string => (said(data, 'code') === '' ? '' : `: ${said(data, 'code')}`)

const proofs: Readonly<Record<string, string>> = {
  password: ' with a password',
  email: ' with a mailed code',
  identity: ' at a provider',
}

const audit: Readonly<Record<string, (data: Data) => string>> = {
  'attempt.started': (data) =>
    data['purpose'] === 'fold'
      ? 'The person said that an older account is theirs as well; no provider was asked.'
      : 'The sign-in began; the person was sent to the provider.',
  'attempt.identity_received': (data) =>
    data['hasEmail'] === false
      ? 'The provider answered. It knows the person and sent no address; nobody here is known under this identity.'
      : `The provider answered with an address it ${data['emailVerified'] === true ? 'calls' : 'does not call'} verified. Nobody here is known under this identity, so the person was asked.`,
  'attempt.decided': (data) => `The person decided: ${said(data, 'choice')}.`,
  'attempt.ended': (data) =>
    `The sign-in ended: ${said(data, 'result')}${data['how'] === undefined ? '' : ` (${said(data, 'how')})`}${because(data)}.`,
  'user.created': () => 'An account was made.',
  'user.signed_in': () => 'The person was signed in.',
  'user.folded': () => 'The account was folded into an older one of the person.',
  'user.deleted': (data) =>
    data['by'] === 'support' ? 'Support erased the person.' : 'The person deleted the account.',
  'identity.linked': () => 'The identity was linked to the account.',
  'identity.refreshed': () => 'The provider told another name or address: the copy of them was refreshed.',
  'identity.replaced': () => 'The identity took the place of an older one.',
  'identity.unlinked': () => 'The identity was unlinked from the account.',
  'member.added': (data) => `The person joined the organization as ${said(data, 'role')}.`,
  'member.accepted': () => 'An open invitation was accepted.',
  'member.flagged': (data) =>
    data['role'] !== undefined
      ? `The member became ${said(data, 'role')}, as the account was that was folded into this one.`
      : data['restricted'] === false
        ? 'The member got the seat that it waited for.'
        : 'What the membership says of single sign-on changed.',
  'member.invited': (data) => `Somebody was invited to join the organization as ${said(data, 'role')}.`,
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
  'mail.retried': (data) => `The mail is sent once more (round ${said(data, 'round')}).`,
  'mail.given_up': () => 'The mail was given up.',
  'session.started': () => 'The browser got its session.',
  'session.ended': () => 'A session ended.',
  'proof.failed': () => 'A proof failed.',
  // A proof is told of when it is shown, and once more when a decision that rests on it is carried out.
  'proof.used': (data) =>
    String(data['target']).startsWith('proof ')
      ? `The proof${proofs[String(data['kind'])] ?? ''} was used up by the decision that rests on it.`
      : data['awaitsCode'] === true
        ? 'The person showed a password; the code of the authenticator app is still owed.'
        : `The person proved an account or an address${proofs[String(data['kind'])] ?? ''}.`,
  'staff.viewed': (data) =>
    data['reason'] === undefined ? 'Staff opened this sign-in.' : 'Staff looked at what the provider said.',
  'staff.decoded': () => 'Staff had payloads of the run decoded.',
  'staff.signed_in': () => 'A member of staff signed in.',
}

/** What staff did, where no event of its own says it. Acts of the command line are told by what they changed. */
const actedOn = (data: Data): string => {
  if (said(data, 'act') !== '') return `Staff acted: ${said(data, 'act')}.`
  if (said(data, 'status') !== '') return `Staff made the person ${said(data, 'status')}.`
  return 'trust' in data ? 'Staff changed what a provider is trusted with.' : 'Staff acted.'
}

const badEvents = new Set(['mail.bounced', 'mail.parked', 'proof.failed'])
const goodEvents = new Set(['user.created', 'user.signed_in', 'email.confirmed', 'mail.accepted'])

/** One thing that happened in plain words. */
export const sentenceOf = ({ source, event, data }: Happening): Sentence => {
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
  if (event === 'staff.acted')
    return data['refused'] === undefined
      ? { what: actedOn(data), tone: 'plain' }
      : { what: `Refused to staff: ${said(data, 'refused')}.`, tone: 'bad' }
  const tone =
    badEvents.has(event) || data['result'] === 'rejected'
      ? 'bad'
      : goodEvents.has(event) || data['result'] === 'signed_in'
        ? 'good'
        : 'plain'
  return { what: audit[event]?.(data) ?? `${words(event)}.`, tone }
}

/** Lists of several; every other pair is what a setting was and what it is. */
const lists = new Set(['roles', 'methods', 'organizations'])

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
  secondFactor: (is) => (is === true ? 'with a second factor' : 'without a second factor'),
  account: (is) => (is === true ? 'it reaches an account' : 'it reaches no account'),
  isStale: (is) => (is === true ? 'the sign-in at the provider was old' : null),
  started_at: (at) => (typeof at === 'string' ? `started at ${formatClock('en', new Date(at), true)}` : null),
  restricted: (is) => (is === true ? 'waits for a seat' : null),
}

/** Words that people wrote or another system sent: as they are. */
const quoted = new Set(['reason', 'provider_said', 'route', 'network', 'domain', 'display_name', 'issuer'])

/** What the sentence leaves out, in the words of the data. Ids are left to the links beside it, and to the JSON. */
export const detailsOf = (data: Data): string[] =>
  Object.entries(data).flatMap(([name, value]) => {
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
  'hasEmail',
  'run',
  'emailVerified',
  'known',
  'awaitsCode',
  'by',
  'refused',
  'target',
  // The provider and the rules that a decision rests on, as the commit compares them.
  'provider',
  'policyVersion',
])
