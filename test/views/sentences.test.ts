import { describe, expect, it } from '@jest/globals'
import type { AuditEvent } from '../../store/audit.js'
import { detailsOf, sentenceOf } from '../../views/pages/support/sentences.js'

/** Every event of the audit with what its sentence is made of: one that is added does not compile until it stands here. */
const events: Readonly<Record<AuditEvent['event'], Readonly<Record<string, unknown>>>> = {
  'attempt.started': {},
  'attempt.identity_received': {},
  'attempt.decided': { choice: 'create' },
  'attempt.ended': { result: 'signed_in' },
  'proof.failed': {},
  'proof.used': {},
  'user.created': {},
  'user.signed_in': {},
  'user.folded': {},
  'user.deleted': {},
  'identity.linked': {},
  'identity.refreshed': {},
  'identity.replaced': {},
  'identity.unlinked': {},
  'member.added': { role: 'member' },
  'member.accepted': {},
  'member.flagged': {},
  'member.invited': { role: 'member' },
  'member.uninvited': {},
  'member.reminded': {},
  'email.added': {},
  'email.confirmed': {},
  'email.removed': {},
  'email.dropped': {},
  'email.made_primary': {},
  'password.set': {},
  'password.removed': {},
  'totp.enabled': {},
  'totp.disabled': {},
  'totp.codes_renewed': {},
  'mail.accepted': {},
  'mail.bounced': {},
  'mail.parked': {},
  'mail.asked_again': {},
  'mail.retried': { round: 2 },
  'mail.given_up': {},
  'session.started': {},
  'session.ended': {},
  'organization.edited': {},
  'domain.proved': {},
  'sso.disabled': {},
  'sso.edited': {},
  'sso.enabled': {},
  'staff.acted': { act: 'retry' },
  'staff.viewed': {},
  'staff.decoded': {},
  'staff.signed_in': {},
}

const happening = (event: string, data: Readonly<Record<string, unknown>> = {}) =>
  ({ at: new Date(0), source: 'audit', event, actor: { kind: 'system', name: null }, data }) as const

describe('the timeline of support', () => {
  it.each(Object.entries(events))('says %s in plain words', (event, data) => {
    const { what } = sentenceOf(happening(event, data))
    expect(what).toMatch(/^[A-Z][^_]* [^_]*\.$/)
    // A value that nobody wrote leaves a hole.
    expect(what).not.toMatch(/ [ ).,;:]|undefined/)
    expect(what.toLowerCase()).not.toBe(`${event.replaceAll(/[._]/g, ' ')}.`)
  })

  it('writes details as words', () => {
    expect(detailsOf({ secondFactor: false, roles: ['view', 'erase'] })).toEqual([
      'without a second factor',
      'roles: view, erase',
    ])
  })

  it.each([
    ['proof.used', { kind: 'password', awaitsCode: true }, /showed a password; the code .* still owed/],
    [
      'proof.used',
      { kind: 'password', awaitsCode: false },
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
    const trust = { text_true_is_verified: [false, true], 'domain a_b.example': [true, false] }
    expect(detailsOf({ trust, reason: 'ticket_7' })).toEqual([
      'trust: text true is verified: no → yes, domain a_b.example: yes → no',
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
    const id = '019abcde-0000-7000-8000-000000000000'
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
