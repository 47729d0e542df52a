import { securityEvents } from '../../domain/security-events.js'
import { accountMessagesFor } from '../../views/account-messages.js'
import type { Locale } from '../../views/locale.js'
import { renderAccountDeletePage } from '../../views/pages/account-delete.js'
import { renderAccountEventsPage } from '../../views/pages/account-events.js'
import { renderAccountFoldPage } from '../../views/pages/account-fold.js'
import { renderAccountPasswordPage } from '../../views/pages/account-password.js'
import { renderAccountSessionsPage } from '../../views/pages/account-sessions.js'
import { renderAccountSignInPage } from '../../views/pages/account-sign-in.js'
import { renderAccountTotpPage, renderRecoveryCodesPage } from '../../views/pages/account-totp.js'
import { renderAccountPage, type AccountPageData } from '../../views/pages/account.js'
import {
  renderForgottenPasswordPage,
  renderPasswordDonePage,
  renderPasswordResetPage,
  renderResetMailPage,
} from '../../views/pages/password-reset.js'
import { renderReauthenticationPage } from '../../views/pages/reauthentication.js'
import { renderSecondFactorPage } from '../../views/pages/second-factor.js'
import { problemText } from '../../views/problem-text.js'
import type { PageSample } from './page-samples.js'
import { supportContact } from './proof-samples.js'

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
    supportContact,
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
    ...stepSamples(locale),
    ...sessionSamples(locale),
    ...eventSamples(locale),
    { name: 'account', html: renderAccountPage(page) },
    {
      name: 'account-confirmed',
      html: renderAccountPage({ ...page, addresses: [{ ...address, confirmed: true }] }),
    },
    { name: 'account-every-state', html: renderAccountPage({ ...page, addresses: everyState }) },
    { name: 'account-owner', html: renderAccountPage({ ...page, runs: { slug: 'acme', name: 'Acme' } }) },
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
        invitations: [{ id: 'v1', organization: 'Globex', role: 'manager' }],
        errors: [{ field: 'email', message: problemText(locale, 'email_invalid').detail }],
        typed: 'jane at people',
      }),
    },
    { name: 'account-unmailed', html: renderAccountPage({ locale, now, user: {}, addresses: [address] }) },
  ]
}

function methodSamples(locale: Locale): PageSample[] {
  const page = { locale, now, organization, password: null, totp: null }
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
    { ...identity, id: 'i2', provider: 'Globe Workforce', knownAs: '•••7f3a', last: false, current: false },
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
    {
      name: 'account-sign-in-many',
      html: renderAccountSignInPage({
        ...page,
        identities: others,
        password: { changedAt: yesterday, last: false },
        totp: { since: now, codesLeft: 9 },
      }),
    },
    {
      name: 'account-sign-in-none',
      html: renderAccountSignInPage({
        ...page,
        identities: [],
        password: { changedAt: now, last: true },
        totp: { since: yesterday, codesLeft: 1 },
      }),
    },
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
    {
      name: 'account-sessions',
      html: renderAccountSessionsPage({ ...page, isFirst: true, sessions: [session] }),
    },
    {
      name: 'account-sessions-many',
      html: renderAccountSessionsPage({
        ...page,
        isFirst: false,
        next: session.id,
        sessions: [session, byPassword],
      }),
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

function stepSamples(locale: Locale): PageSample[] {
  const page = { locale, organization }
  const wrong = (field: string) => [{ field, message: accountMessagesFor(locale).again.wrong }]
  const fold = { id: '0193a7c2', canMerge: true, idempotencyKey: 'key', version: 'v1' }
  const totp = {
    ...page,
    secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    uri: 'otpauth://totp/auth-pipeline:jane',
  }
  const again = { ...page, returnTo: '/account', password: null, providers: [] }
  const demo = { identityId: 'i1', displayName: 'Demo' }
  const codes = Array.from({ length: 10 }, (_, index) => `abcd-efgh-jkmn-pqrs-tvwx-yz0${index}`)
  const pages: Record<string, string> = {
    password: renderAccountPasswordPage({ ...page, hasPassword: false }),
    'password-wrong': renderAccountPasswordPage({
      ...page,
      address: 'jane@acme.example',
      hasPassword: true,
      errors: wrong('password'),
    }),
    totp: renderAccountTotpPage(totp),
    'totp-wrong': renderAccountTotpPage({ ...totp, errors: wrong('otp') }),
    'recovery-codes': renderRecoveryCodesPage({ ...page, codes }),
    again: renderReauthenticationPage({ ...again, providers: [demo] }),
    'again-password': renderReauthenticationPage({ ...again, password: { withCode: false } }),
    'again-all': renderReauthenticationPage({
      ...again,
      password: { withCode: true },
      providers: [demo, { ...demo, identityId: 'i2' }],
      errors: wrong('otp'),
    }),
    delete: renderAccountDeletePage({ ...page, ownedAlone: [] }),
    'delete-owner': renderAccountDeletePage({
      ...page,
      ownedAlone: ['Acme', 'Globex'],
      inviteTo: { slug: 'acme', name: 'Acme' },
    }),
    fold: renderAccountFoldPage(page),
    'fold-begun': renderAccountFoldPage({ ...page, attempt: fold }),
    'fold-proved': renderAccountFoldPage({
      ...page,
      attempt: { ...fold, proved: { name: 'Jane Roe', replaces: ['jane@acme.example', '•••j4ne'] } },
      errors: wrong('replace'),
    }),
    forgotten: renderForgottenPasswordPage({ locale, organization: 'acme' }),
    'forgotten-wrong': renderForgottenPasswordPage({ locale, errors: wrong('email'), typed: 'jane' }),
    'reset-mail': renderResetMailPage({ locale, supportContact }),
    reset: renderPasswordResetPage({
      locale,
      action: '/password/token-1',
      address: 'jane@acme.example',
      withCode: true,
      errors: wrong('otp'),
    }),
    'reset-done': renderPasswordDonePage({ locale, organization: 'acme' }),
    'second-factor': renderSecondFactorPage({ locale, supportContact }),
    'second-factor-wrong': renderSecondFactorPage({ locale, supportContact, errors: wrong('otp') }),
  }
  return Object.entries(pages).map(([name, html]) => ({ name: `account-${name}`, html }))
}
