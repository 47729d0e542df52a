import { describe, expect, it } from '@jest/globals'
import { endedWithSession } from '../../domain/audit-events.js'
import type { AuditData, AuditEventName } from '../../domain/audit-events.js'
import { detailsOf, sentenceOf } from '../../views/pages/support/sentences.js'

const id = '019abcde-0000-7000-8000-000000000000'

/** Of every event, what the acts write, in each shape: one that is added does not compile until it stands here. */
const written: { readonly [Event in AuditEventName]: readonly AuditData<Event>[] } = {
  'attempt.started': [{}, { purpose: 'setup' }, { purpose: 'prove', parent: id }, { purpose: 'fold' }],
  'attempt.identity_received': [
    { known: false, has_email: true, email_verified: true, is_stale: false },
    { known: false, has_email: false, email_verified: false, is_stale: true },
  ],
  'attempt.decided': [
    {
      choice: 'create',
      policy_version: 1,
      provider: `${id} https://x enabled link everyone `,
      trusted: false,
      user: null,
      holder: id,
      held: true,
    },
  ],
  'attempt.ended': [
    { result: 'signed_in', how: 'linked' },
    { result: 'rejected', code: 'provider_error', declined: true, reason: 'access_denied' },
    { result: 'proved', parent: id },
    endedWithSession,
    { result: 'expired' },
  ],
  'proof.failed': [{ kind: 'password' }, { kind: 'email' }, { kind: 'second_factor' }],
  'proof.shown': [
    { kind: 'password', methods: ['password'], awaits_code: true },
    { kind: 'password', methods: ['password', 'totp'] },
    { kind: 'email', account: false },
    { kind: 'identity', identity: id, second_factor: true },
  ],
  'proof.used': [{ kind: 'email', second_factor: false }],
  'user.created': [{ address_verified: false, mails: 1 }],
  'user.signed_in': [{ how: 'existing' }, { how: 'password', methods: ['password', 'totp'] }],
  'user.folded': [{ from: id }],
  'user.deleted': [{}, { by: 'support', reason: 'asked' }],
  'identity.linked': [{}, { to: id }],
  'identity.refreshed': [{ changed: ['name', 'email_verified'] }],
  'identity.replaced': [{}, { reason: 'legacy_subject' }],
  'identity.unlinked': [
    { identity: id, provider: id },
    { identity: id, provider: id, reason: 'sso_disabled' },
  ],
  'member.added': [{ role: 'member', restricted: false }],
  'member.accepted': [{}, { role: 'manager' }],
  'member.flagged': [{ restricted: false }, { linked: false, reason: 'sso_disabled' }],
  'member.promoted': [{ role: 'owner' }],
  'member.invited': [{ role: 'member' }],
  'member.uninvited': [{}],
  'member.reminded': [{ members_told: 3 }],
  'email.added': [{ email: id }, { email: id, reason: 'ticket' }],
  'email.confirmed': [{ email: id }],
  'email.removed': [{ email: id }, { email: id, reason: 'ticket' }],
  'email.dropped': [{}],
  'email.made_primary': [{ email: id }],
  'password.set': [{ changed: true }, { by: 'password_reset' }],
  'password.removed': [{}],
  'totp.enabled': [{}],
  'totp.disabled': [{}],
  'totp.codes_renewed': [{}],
  'mail.accepted': [{ round: 1 }, { kind: 'confirmation', round: 2 }],
  'mail.bounced': [{ round: 1, state: 'bounced', reason: null }],
  'mail.parked': [{ kind: 'confirmation', round: 1, reason: 'budget' }],
  'mail.asked_again': [{}],
  'mail.retried': [{ round: 2, reason: 'ticket' }],
  'mail.given_up': [{ reason: 'ticket' }],
  'session.started': [{}],
  'session.ended': [
    {},
    { reason: 'replaced' },
    { reason: 'backchannel_logout', user: id },
    { sessions: 2, not_redeemed: 1, reason: 'ticket' },
  ],
  'organization.edited': [{ seat_limit: [null, 5] }, { domain: ['a.example', null] }],
  'domain.proved': [{}],
  'sso.disabled': [{ members: 2, sessions: 1 }],
  'sso.edited': [{ status: [null, 'setup'], domains: { 'a.example': [true, false] } }],
  'sso.enabled': [{ issuer: 'https://x', admission: 'everyone', default_role: 'member', members_told: 2 }],
  'staff.acted': [
    { act: 'add_organization', invitation: id, reason: 'ticket' },
    { act: 'add_provider', issuer: [null, 'https://x'] },
    { act: 'change_application', name: 'shop', origin: ['https://x', 'https://y'], reason: 'ticket' },
    { trust: { text_true_is_verified: [false, true] }, reason: 'ticket' },
    { status: 'suspended', reason: 'ticket' },
    { act: 'extend', extension: 1, minutes: 60, reason: 'ticket' },
    { act: 'retry_many', mails: 101, reason: 'ticket' },
    { act: 'retry_many_agreed' },
    { act: 'pause_transport', reason: 'ticket' },
    { route: 'POST /mails/:mail/retry', refused: 'forbidden' },
  ],
  'staff.viewed': [{}, { reason: 'ticket' }],
  'staff.decoded': [{ payloads: 1, failed: 0 }],
  'staff.signed_in': [{ roles: ['view', 'erase'] }],
}
const allWritten = Object.entries(written).flatMap(([event, shapes]) =>
  shapes.map((data): [string, Readonly<Record<string, unknown>>] => [event, { ...data }]),
)

const happening = (event: string, data: Readonly<Record<string, unknown>> = {}) =>
  ({ at: new Date(0), source: 'audit', event, actor: { kind: 'system', name: null }, data }) as const

describe('the timeline of support', () => {
  it.each(allWritten)('says %s with %j in plain words', (event, data) => {
    const { what } = sentenceOf(
      happening(event, event === 'proof.used' ? { ...data, target: 'proof 1' } : data),
    )
    expect(what).toMatch(/^[A-Z][^_]* [^_]*\.$/)
    expect(what).not.toMatch(/undefined|null|\(\)| [).]|: \.|  /)
    expect(what.toLowerCase()).not.toBe(`${event.replaceAll(/[._]/g, ' ')}.`)
    for (const name of Object.keys(data)) expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/)
  })

  it.each([
    ['proof.used', { kind: 'password', awaitsCode: true, target: 'user 1' }, /still owed/],
    ['member.flagged', { role: 'owner' }, /became owner/],
    ['mail.retried', {}, /in a mail of its own/],
    ['attempt.identity_received', { hasEmail: false, emailVerified: false }, /sent no address/],
  ])('says %s with %j of a row from before', (event, data, words) => {
    expect(sentenceOf(happening(event, data)).what).toMatch(words)
  })

  it('writes details as words', () => {
    expect(detailsOf({ changed: ['email', 'name'] })).toEqual(['changed: email, name'])
    expect(detailsOf({ second_factor: false, roles: ['view', 'erase'] })).toEqual([
      'without a second factor',
      'roles: view, erase',
    ])
  })

  it.each([
    ['proof.shown', { kind: 'password', awaits_code: true }, /showed a password; the code .* still owed/],
    [
      'proof.shown',
      { kind: 'password', awaits_code: false },
      /^The person proved an account .*with a password\.$/,
    ],
    [
      'proof.used',
      { kind: 'password', target: 'proof 1' },
      /^The proof with a password was used up by the decision/,
    ],
    ['attempt.started', { purpose: 'fold' }, /no provider was asked\.$/],
    ['attempt.started', { purpose: 'prove' }, /sent to the provider\.$/],
    ['staff.acted', { status: 'suspended', reason: 'left' }, /^Staff made the person suspended\.$/],
    ['staff.acted', { trust: {}, reason: 'ticket' }, /^Staff changed what a provider is trusted with\.$/],
    ['staff.acted', { act: 'end_sessions' }, /^Staff acted: end sessions\.$/],
    ['staff.acted', { refused: 'not_found', route: 'GET /mails/:mail' }, /^Refused to staff: not found\.$/],
    ['user.deleted', { by: 'support', reason: 'asked' }, /^Support erased/],
    ['user.deleted', {}, /^The person deleted/],
  ])('says of %s with %j what happened and no more', (event, data, words) => {
    expect(sentenceOf(happening(event, data)).what).toMatch(words)
  })

  it('says what was changed into what, and leaves as it is what somebody typed', () => {
    expect(detailsOf({ issuer: ['http://127.0.0.1:41343', null], status: [null, 'setup'] })).toEqual([
      'issuer: http://127.0.0.1:41343 → none',
      'status: none → setup',
    ])
    expect(detailsOf({ display_name: ['my_idP', 'McIdP'], admission: 'invited' })).toEqual([
      'display name: my_idP → McIdP',
      'admission: invited',
    ])
    const trust = { text_true_is_verified: [false, true], domains: { 'a_b.example': [true, false] } }
    expect(detailsOf({ trust, reason: 'ticket_7' })).toEqual([
      'trust: text true is verified: no → yes, domains: a_b.example: yes → no',
      'reason: ticket_7',
    ])
  })

  it('says a refusal and a status once, and when a try began as a time of day', () => {
    expect(detailsOf({ refused: 'not_found', route: 'GET /mails/:mail' })).toEqual([
      'route: GET /mails/:mail',
    ])
    expect(detailsOf({ status: 'suspended', started_at: '2026-11-25T14:05:09.123Z' })).toEqual([
      'started at 14:05:09 UTC',
    ])
  })

  it('says what facts mean, and leaves ids out', () => {
    const facts = {
      policyVersion: 1,
      provider: `${id} https://x`,
      target: null,
      holder: id,
      trusted: false,
      held: false,
    }
    expect(detailsOf(facts)).toEqual(['no account holds the address'])
    expect(detailsOf({ identity: id, reason: 'ticket_7', isFine: true })).toEqual([
      'reason: ticket_7',
      'is fine: yes',
    ])
  })
})
