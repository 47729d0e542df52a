import { describe, expect, it } from '@jest/globals'
import type { AuditEvent } from '../../store/audit.js'
import { detailsOf, sentenceOf } from '../../views/pages/support/sentences.js'

/** Every event of the audit: one that is added does not compile until it stands here. */
const events: Readonly<Record<AuditEvent['event'], true>> = {
  'attempt.started': true,
  'attempt.identity_received': true,
  'attempt.decided': true,
  'attempt.ended': true,
  'proof.failed': true,
  'proof.used': true,
  'user.created': true,
  'user.signed_in': true,
  'user.folded': true,
  'user.deleted': true,
  'identity.linked': true,
  'identity.replaced': true,
  'identity.unlinked': true,
  'member.added': true,
  'member.accepted': true,
  'member.flagged': true,
  'email.added': true,
  'email.confirmed': true,
  'email.removed': true,
  'email.dropped': true,
  'email.made_primary': true,
  'password.set': true,
  'password.removed': true,
  'totp.enabled': true,
  'totp.disabled': true,
  'totp.codes_renewed': true,
  'mail.accepted': true,
  'mail.bounced': true,
  'mail.parked': true,
  'mail.retried': true,
  'mail.given_up': true,
  'session.started': true,
  'session.ended': true,
  'organization.edited': true,
  'domain.proved': true,
  'sso.disabled': true,
  'sso.edited': true,
  'sso.enabled': true,
  'staff.acted': true,
  'staff.viewed': true,
  'staff.decoded': true,
  'staff.signed_in': true,
}

const happening = (event: string, data: Readonly<Record<string, unknown>> = {}) =>
  ({ at: new Date(0), source: 'audit', event, actor: { kind: 'system', name: null }, data }) as const

describe('the timeline of support', () => {
  it.each(Object.keys(events))('says %s in plain words', (event) => {
    const { what } = sentenceOf(
      happening(event, { choice: 'create', result: 'signed_in', role: 'member', act: 'retry', round: 2 }),
    )
    expect(what).toMatch(/^[A-Z][^_]* [^_]*\.$/)
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
    ['user.deleted', { by: 'support', reason: 'asked' }, /^Support erased/],
    ['user.deleted', {}, /^The person deleted/],
  ])('says of %s with %j what happened and no more', (event, data, words) => {
    expect(sentenceOf(happening(event, data)).what).toMatch(words)
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
