import type { ErrorCode } from '../../domain/errors.js'
import { errorCodes } from '../../domain/errors.js'
import type { Locale } from '../../views/locale.js'
import { renderConfirmPage, type ConfirmPageData } from '../../views/pages/confirm.js'
import { renderContinuePage } from '../../views/pages/continue.js'
import { renderDecisionPage, type DecisionPageData } from '../../views/pages/decision.js'
import { renderFinishingPage } from '../../views/pages/finishing.js'
import { renderHomePage } from '../../views/pages/home.js'
import { renderOutcomePage, type OutcomePageData } from '../../views/pages/outcome.js'
import { renderProblemPage } from '../../views/pages/problem.js'
import { renderSecondFactorPage } from '../../views/pages/second-factor.js'
import { renderSignInPage } from '../../views/pages/sign-in.js'
import { renderStartPage } from '../../views/pages/start.js'
import { problemText } from '../../views/problem-text.js'
import { accountSamples } from './account-samples.js'
import { proofSamples, supportContact } from './proof-samples.js'
import { organizationSamples } from './organization-samples.js'

export interface PageSample {
  readonly name: string
  readonly html: string
}

const now = new Date('2026-11-25T14:05:00Z')
const inAnHour = new Date('2026-11-25T15:03:30Z')
const organization = { name: 'Acme', slug: 'acme' }
const demo = { name: 'demo', displayName: 'Demo' }

const newcomer = { name: 'Jane Doe', email: 'jane.doe@people.example', subjectHint: '•••7f3a' }

/** What the decision page is given for a person nobody knows; each test changes what it is about. */
export function decisionData(changes: Partial<DecisionPageData> = {}): DecisionPageData {
  return {
    locale: 'en',
    now,
    attemptId: '0193a7c2',
    organization,
    provider: demo,
    identity: newcomer,
    offers: ['create', 'merge', 'cancel'],
    needsEmail: false,
    idempotencyKey: 'key-1',
    version: 'v1',
    expiresAt: inAnHour,
    ...changes,
  }
}

/** Every page in every state that it can show, in one locale. */
export function pageSamples(locale: Locale): PageSample[] {
  return [
    ...entrySamples(locale),
    ...continueSamples(locale),
    ...decisionSamples(locale),
    ...secondFactorSamples(locale),
    ...waitingSamples(locale),
    ...outcomeSamples(locale),
    ...accountSamples(locale),
    ...proofSamples(locale),
    ...organizationSamples(locale),
    ...confirmSamples(locale),
    ...errorCodes.map((code) => problemSample(locale, code)),
  ]
}

function entrySamples(locale: Locale): PageSample[] {
  const others = [
    demo,
    { name: 'globe', displayName: 'Globe Workforce' },
    { name: 'kc', displayName: 'Keycloak' },
  ]
  const session = { name: 'Jane Doe' }
  return [
    { name: 'home', html: renderHomePage({ locale }) },
    { name: 'home-signed-in', html: renderHomePage({ locale, session }) },
    { name: 'home-signed-in-nameless', html: renderHomePage({ locale, session: {} }) },
    {
      name: 'sign-in',
      html: renderSignInPage({ locale, organization, providers: [demo], returnTo: '/account' }),
    },
    { name: 'sign-in-many', html: renderSignInPage({ locale, organization, providers: others, session }) },
    {
      name: 'sign-in-password',
      html: renderSignInPage({ locale, organization, providers: [demo], password: {} }),
    },
    {
      name: 'sign-in-password-wrong',
      html: renderSignInPage({
        locale,
        organization,
        providers: others,
        password: {
          errors: [{ field: 'password', message: problemText(locale, 'proof_invalid').detail }],
          typed: 'jane@acme.example',
        },
      }),
    },
    {
      name: 'sign-in-password-only',
      html: renderSignInPage({ locale, organization, providers: [], password: {} }),
    },
    { name: 'sign-in-none', html: renderSignInPage({ locale, organization, providers: [] }) },
    { name: 'start', html: renderStartPage({ locale, organization, provider: demo, loginHint: 'jane' }) },
  ]
}

function continueSamples(locale: Locale): PageSample[] {
  const page = {
    locale,
    organization,
    application: { displayName: 'Web Shop' },
    action: '/signed-in',
    hidden: { token: 'eyJ', state: 's1' },
  }
  return [
    { name: 'continue', html: renderContinuePage({ ...page, user: { name: 'Jane Doe' } }) },
    { name: 'continue-nameless', html: renderContinuePage({ ...page, user: { name: undefined } }) },
  ]
}

function decisionSamples(locale: Locale): PageSample[] {
  const nothing = { subjectHint: '•••7f3a' }
  const message = problemText(locale, 'email_invalid').detail
  const states: Record<string, Partial<DecisionPageData>> = {
    'create-cancel': { offers: ['create', 'cancel'] },
    four: {
      offers: ['link', 'merge', 'create', 'cancel'],
      sessionUser: { name: 'Jane Roe', email: 'jane@acme.example' },
    },
    'link-replaces': {
      offers: ['link', 'merge', 'create', 'cancel'],
      sessionUser: { name: 'Jane Roe', email: 'jane@acme.example' },
      linkReplaces: 'jane@former.example',
    },
    'link-stale': {
      offers: ['link', 'merge', 'create', 'cancel'],
      sessionUser: { name: 'Jane Roe', email: 'jane@acme.example' },
      proved: { name: 'Jane Roe' },
      staleSignIn: true,
    },
    'link-prove-again': {
      offers: ['link', 'merge', 'create', 'cancel'],
      sessionUser: { name: 'Jane Roe', email: 'jane@acme.example' },
      proveAgain: {
        providers: [
          { key: 'p1', displayName: 'Demo' },
          { key: 'p2', displayName: 'Globe Workforce' },
        ],
      },
    },
    'merge-proved': {
      offers: ['merge', 'cancel'],
      whyNoCreate: 'email_taken',
      proved: { name: 'Jane Roe', replaces: 'jane@former.example' },
    },
    'session-nameless': {
      offers: ['link', 'create', 'cancel'],
      identity: nothing,
      sessionUser: { name: 'Jane Roe' },
    },
    merge: { offers: ['merge', 'cancel'], whyNoCreate: 'email_taken' },
    closed: { offers: ['cancel'], whyNoCreate: 'registration_closed' },
    'no-name': { identity: { email: 'jane.doe@people.example', subjectHint: '•••7f3a' } },
    'no-address': { identity: { name: 'Jane Doe', subjectHint: '•••7f3a' }, needsEmail: true },
    nothing: { identity: nothing, needsEmail: true },
    conflict: {
      offers: ['link', 'create', 'cancel'],
      sessionUser: { name: 'Jane Roe' },
      errors: [{ field: 'decision', message: problemText(locale, 'identity_conflict').detail }],
    },
    'wrong-address': {
      identity: nothing,
      needsEmail: true,
      errors: [{ field: 'email', message }],
      values: { email: 'jane at people', name: 'Jane' },
    },
  }
  return Object.entries(states).map(([state, changes]) => ({
    name: `decision-${state}`,
    html: renderDecisionPage(decisionData({ locale, supportContact, ...changes })),
  }))
}

function secondFactorSamples(locale: Locale): PageSample[] {
  const page = { locale, supportContact }
  const attempt = { id: '0193a7c2', organization, restartPath: '/sso/acme' }
  const errors = [{ field: 'otp', message: problemText(locale, 'proof_invalid').detail }]
  return [
    { name: 'attempt-second-factor', html: renderSecondFactorPage({ ...page, attempt }) },
    { name: 'attempt-second-factor-wrong', html: renderSecondFactorPage({ ...page, attempt, errors }) },
  ]
}

function waitingSamples(locale: Locale): PageSample[] {
  return (['awaiting_provider', 'finishing'] as const).map((stage) => ({
    name: `finishing-${stage}`,
    html: renderFinishingPage({
      locale,
      attemptId: '0193a7c2',
      organization,
      provider: demo,
      stage,
      restartPath: '/sso/acme',
    }),
  }))
}

function outcomeSamples(locale: Locale): PageSample[] {
  const page = {
    locale,
    attemptId: '0193a7c2',
    organization,
    returnTo: '/account',
    restartPath: '/sso/acme',
    supportContact,
  }
  const outcomes: Record<string, OutcomePageData['outcome']> = {
    rejected: { result: 'rejected', code: 'not_a_member' },
    suspended: { result: 'rejected', code: 'user_suspended' },
    declined: { result: 'rejected', code: 'provider_error', declined: true },
    cancelled: { result: 'cancelled' },
    expired: { result: 'expired' },
  }
  const signedIn = (['existing', 'created', 'linked', 'merged'] as const).map((how) => ({
    name: `outcome-${how}`,
    html: renderOutcomePage({ ...page, outcome: { result: 'signed_in', how }, canRedeem: true }),
  }))
  const used = renderOutcomePage({
    ...page,
    outcome: { result: 'signed_in', how: 'created' },
    canRedeem: false,
  })
  const existing = { ...page, outcome: { result: 'signed_in', how: 'existing' }, canRedeem: true } as const
  const asking = renderOutcomePage({
    ...existing,
    switchUser: {
      present: { name: 'Jane Roe', email: 'jane@people.example', confirmed: true },
      other: { name: 'Jane Doe', email: 'jane@people.example', confirmed: false },
    },
  })
  const restricted = renderOutcomePage({ ...existing, restricted: true })
  const ended = Object.entries(outcomes).map(([name, outcome]) => ({
    name: `outcome-${name}`,
    html: renderOutcomePage({ ...page, outcome, canRedeem: false }),
  }))
  return [
    ...signedIn,
    { name: 'outcome-other-user', html: asking },
    { name: 'outcome-restricted', html: restricted },
    { name: 'outcome-used', html: used },
    ...ended,
  ]
}

function confirmSamples(locale: Locale): PageSample[] {
  const states: readonly ConfirmPageData['state'][] = [
    'ready',
    'not_authenticated',
    'confirmed',
    'already_confirmed',
    'link_expired',
    'link_invalid',
    'wrong_user',
  ]
  const known = { address: 'jane.doe@people.example', organizationName: 'Acme', signInPath: '/sso/acme' }
  const removed = {
    password: true,
    totp: true,
    identities: ['Globe Workforce'],
    addresses: ['stranger@people.example'],
    sessions: 2,
  }
  const cleared = renderConfirmPage({
    locale,
    state: 'confirmed',
    action: '/confirm/token-1',
    ...known,
    removed,
    invitations: [{ id: 'v1', organization: 'Globex', role: 'manager' }],
  })
  const expired = renderConfirmPage({
    locale,
    state: 'link_expired',
    action: '/confirm/token-1',
    resend: 'e1',
    address: known.address,
  })
  return [
    { name: 'confirm-cleared', html: cleared },
    { name: 'confirm-expired-own', html: expired },
    ...states.map((state) => ({
      name: `confirm-${state}`,
      html: renderConfirmPage({
        locale,
        state,
        action: '/confirm/token-1',
        ...(state === 'link_invalid' ? {} : known),
      }),
    })),
  ]
}

function problemSample(locale: Locale, code: ErrorCode): PageSample {
  const waiting = code === 'rate_limited' ? { retryAfterSeconds: 30 } : {}
  const found = code === 'provider_mismatch' ? { nextStep: { href: '/sso/acme' }, organization } : {}
  return {
    name: `problem-${code}`,
    html: renderProblemPage({
      locale,
      code,
      status: 400,
      requestId: '0193a7c2-9d1e',
      supportContact,
      ...waiting,
      ...found,
    }),
  }
}
