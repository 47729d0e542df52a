import { securityEvents } from '../../domain/security-events.js'
import type { Locale } from '../../views/locale.js'
import { renderAccountEventsPage } from '../../views/pages/account-events.js'
import { renderAccountSessionsPage } from '../../views/pages/account-sessions.js'
import { renderAccountSignInPage } from '../../views/pages/account-sign-in.js'
import { renderAccountPage, type AccountPageData } from '../../views/pages/account.js'
import { problemText } from '../../views/problem-text.js'
import type { PageSample } from './page-samples.js'

const now = new Date('2026-11-25T14:05:00Z')
const yesterday = new Date('2026-11-24T09:30:00Z')
const organization = { name: 'Acme' }

/** The pages of the account in every state that they can show, in one locale. */
export function accountSamples(locale: Locale): PageSample[] {
  const states = [
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
  const yesterday = new Date('2026-11-24T09:30:00Z')
  const address = { id: 'e1', address: 'jane.doe@people.example', primary: true, confirmed: false }
  const page: AccountPageData = {
    locale,
    now,
    user: { name: 'Jane Doe' },
    organization,
    provider: { displayName: 'Demo' },
    addresses: [{ ...address, mail: { state: 'accepted', at: now } }],
  }
  const everyState = states.map((state, index) => ({
    id: state,
    address: `jane.${state}@people.example`,
    primary: index === 0,
    confirmed: state === 'confirmed',
    mail: { state, at: index % 2 === 0 ? now : yesterday },
  }))
  return [
    ...methodSamples(locale),
    ...sessionSamples(locale),
    ...eventSamples(locale),
    { name: 'account', html: renderAccountPage(page) },
    {
      name: 'account-confirmed',
      html: renderAccountPage({ ...page, addresses: [{ ...address, confirmed: true }] }),
    },
    { name: 'account-every-state', html: renderAccountPage({ ...page, addresses: everyState }) },
    { name: 'account-bare', html: renderAccountPage({ locale, now, user: {}, addresses: [] }) },
    {
      name: 'account-several',
      html: renderAccountPage({
        ...page,
        addresses: [
          { ...address, confirmed: true },
          { id: 'e2', address: 'jane@acme.example', primary: false, confirmed: true },
          { id: 'e3', address: 'j@people.example', primary: false, confirmed: false },
        ],
        invitations: [{ id: 'v1', organization: 'Globex' }],
        errors: [{ field: 'email', message: problemText(locale, 'email_invalid').detail }],
        typed: 'jane at people',
      }),
    },
    { name: 'account-unmailed', html: renderAccountPage({ locale, now, user: {}, addresses: [address] }) },
  ]
}

function methodSamples(locale: Locale): PageSample[] {
  const page = { locale, now, organization }
  const identity = {
    id: 'i1',
    provider: 'Demo',
    organization: 'Acme',
    knownAs: 'jane@acme.example',
    lastUsedAt: now,
    usable: true,
    last: true,
    current: true,
  }
  const others = [
    { ...identity, last: false },
    { ...identity, id: 'i2', provider: 'Globe Workforce', knownAs: '7f…3a', last: false, current: false },
    {
      ...identity,
      id: 'i3',
      provider: 'Former',
      lastUsedAt: yesterday,
      usable: false,
      current: false,
      last: false,
    },
  ]
  return [
    { name: 'account-sign-in', html: renderAccountSignInPage({ ...page, identities: [identity] }) },
    { name: 'account-sign-in-many', html: renderAccountSignInPage({ ...page, identities: others }) },
    { name: 'account-sign-in-none', html: renderAccountSignInPage({ locale, now, identities: [] }) },
  ]
}

function sessionSamples(locale: Locale): PageSample[] {
  const page = { locale, now, organization }
  const session = {
    id: 's1',
    current: true,
    provider: 'Demo',
    organization: 'Acme',
    network: '192.0.2.1',
    startedAt: yesterday,
    lastSeenAt: now,
  }
  const byPassword = { ...session, id: 's2', current: false, provider: null, network: null }
  return [
    { name: 'account-sessions', html: renderAccountSessionsPage({ ...page, sessions: [session] }) },
    {
      name: 'account-sessions-many',
      html: renderAccountSessionsPage({ ...page, sessions: [session, byPassword] }),
    },
  ]
}

function eventSamples(locale: Locale): PageSample[] {
  const page = { locale, now, organization, isFirst: true }
  const events = securityEvents.map((event, index) => ({
    id: event,
    event,
    at: index % 2 === 0 ? now : yesterday,
    organization: index % 3 === 0 ? 'Acme' : null,
    network: index % 2 === 0 ? '2001:db8:1:2::/64' : null,
  }))
  return [
    { name: 'account-events', html: renderAccountEventsPage({ ...page, events, next: 'e9' }) },
    { name: 'account-events-none', html: renderAccountEventsPage({ ...page, events: [], isFirst: false }) },
  ]
}
