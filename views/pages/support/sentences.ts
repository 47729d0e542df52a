import { words } from './frame.js'

/** What happened, as the console's timeline is given it. */
export interface Happening {
  readonly at: Date
  readonly source: 'audit' | 'mail' | 'provider' | 'run'
  readonly event: string
  readonly actor: { readonly kind: 'user' | 'staff' | 'system'; readonly name: string | null }
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

const audit: Readonly<Record<string, (data: Data) => string>> = {
  'attempt.started': () => 'The sign-in began; the person was sent to the provider.',
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
  'user.deleted': () => 'The person was erased.',
  'identity.linked': () => 'The identity was linked to the account.',
  'identity.replaced': () => 'The identity took the place of an older one.',
  'identity.unlinked': () => 'The identity was unlinked from the account.',
  'member.added': (data) => `The person joined the organization as ${said(data, 'role')}.`,
  'member.accepted': () => 'An open invitation was accepted.',
  'member.flagged': () => 'What the membership says of single sign-on changed.',
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
  'mail.retried': (data) => `The mail is sent once more (round ${said(data, 'round')}).`,
  'mail.given_up': () => 'The mail was given up.',
  'session.started': () => 'The browser got its session.',
  'session.ended': () => 'A session ended.',
  'proof.failed': () => 'A proof failed.',
  'proof.used': () => 'A proof was used.',
  'staff.viewed': () => 'Staff looked at what the provider said.',
  'staff.decoded': () => 'Staff had payloads of the run decoded.',
  'staff.signed_in': () => 'A member of staff signed in.',
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
      ? { what: `Staff acted: ${said(data, 'act')}.`, tone: 'plain' }
      : { what: `Refused to staff: ${said(data, 'refused')}.`, tone: 'bad' }
  const tone =
    badEvents.has(event) || data['result'] === 'rejected'
      ? 'bad'
      : goodEvents.has(event) || data['result'] === 'signed_in'
        ? 'good'
        : 'plain'
  return { what: audit[event]?.(data) ?? `${words(event)}.`, tone }
}

const shown = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(shown).join(', ')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)

/** What the sentence leaves out, in the words of the data. */
export const detailsOf = ({ data }: Happening): string[] =>
  Object.entries(data)
    .filter(([name, value]) => !told.has(name) && value !== null && value !== '')
    .map(([name, value]) => `${words(name)}: ${shown(value)}`)

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
])
