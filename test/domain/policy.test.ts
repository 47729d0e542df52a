import { describe, expect, it } from '@jest/globals'
import { acts, addressIsTrusted, admissions, joinsAs, refusal } from '../../domain/policy.js'
import type { Act, MembershipFacts, PolicyFacts, Role } from '../../domain/policy.js'
import type { ErrorCode } from '../../domain/errors.js'
import { answerOf, combinations } from './combinations.js'

const roles: readonly Role[] = ['member', 'manager', 'owner']
const memberships: readonly MembershipFacts[] = combinations({
  isMember: [true, false],
  joins: [true, false],
  admission: admissions,
  defaultRole: roles,
  invitedAs: [null, ...roles],
  inProvedDomain: [true, false],
})

describe('joinsAs', () => {
  const comes = (f: MembershipFacts): boolean => !f.isMember && f.joins
  type Row = readonly [(facts: MembershipFacts) => boolean, 'unchanged' | 'invitation' | 'default' | null]
  const table: readonly Row[] = [
    [(f) => f.isMember, 'unchanged'],
    [(f) => !f.isMember && !f.joins, null],
    [(f) => comes(f) && f.invitedAs !== null, 'invitation'],
    [(f) => comes(f) && f.invitedAs === null && f.admission === 'everyone', 'default'],
    [(f) => comes(f) && f.invitedAs === null && f.admission === 'domains' && f.inProvedDomain, 'default'],
    [(f) => comes(f) && f.invitedAs === null && f.admission === 'domains' && !f.inProvedDomain, null],
    [(f) => comes(f) && f.invitedAs === null && f.admission === 'invited', null],
  ]

  it('follows membership, then invitation, then admission, in all 288 cases', () => {
    expect(memberships).toHaveLength(288)
    for (const facts of memberships) {
      const answer = answerOf(table, facts)
      const role = {
        unchanged: 'unchanged',
        invitation: facts.invitedAs,
        default: facts.defaultRole,
      } as const
      expect({ facts, role: joinsAs(facts) }).toEqual({ facts, role: answer === null ? null : role[answer] })
    }
  })
})

describe('refusal', () => {
  const stranger = {
    isMember: false,
    joins: true,
    admission: 'invited',
    defaultRole: 'member',
    invitedAs: null,
    inProvedDomain: true,
  } as const
  const cases = combinations({
    act: acts,
    status: ['enabled', 'disabled'],
    overruledBy: [null, 'other'],
    serves: ['nothing', 'this', 'all others', 'all'],
    user: [undefined, 'active', 'inactive', 'suspended'],
    membership: [undefined, { ...stranger, isMember: true }, { ...stranger, invitedAs: 'manager' }, stranger],
  } as const)
  type Case = (typeof cases)[number]

  const served = {
    nothing: () => [],
    this: (act: Act) => [act],
    'all others': (act: Act) => acts.filter((one) => one !== act),
    all: () => acts,
  }
  const factsOf = ({ act, status, overruledBy, serves, user, membership }: Case): PolicyFacts => ({
    provider: { status, overruledBy, serves: served[serves](act) },
    ...(user === undefined ? {} : { user: { status: user } }),
    ...(membership === undefined ? {} : { membership }),
  })

  const asked = (c: Case): boolean => c.status === 'enabled' && (c.overruledBy === null || c.act === 'prove')
  const serves = (c: Case): boolean => asked(c) && (c.serves === 'this' || c.serves === 'all')
  const usable = (c: Case): boolean => serves(c) && (c.user === undefined || c.user === 'active')
  const table: readonly (readonly [(c: Case) => boolean, ErrorCode | null])[] = [
    [(c) => c.status === 'disabled', 'provider_disabled'],
    [(c) => c.status === 'enabled' && !asked(c), 'provider_mismatch'],
    [(c) => asked(c) && !serves(c) && c.act === 'create', 'registration_closed'],
    [(c) => asked(c) && !serves(c) && c.act !== 'create', 'provider_mismatch'],
    [(c) => serves(c) && !usable(c), 'user_suspended'],
    [(c) => usable(c) && c.membership === stranger, 'not_a_member'],
    [(c) => usable(c) && c.membership !== stranger, null],
  ]

  it('says the same for every combination as the table, first things first', () => {
    expect(cases).toHaveLength(1280)
    for (const one of cases)
      expect({ one, code: refusal(one.act, factsOf(one)) }).toEqual({ one, code: answerOf(table, one) })
  })
})

describe('addressIsTrusted', () => {
  const domains = [
    'acme.example',
    'sub.acme.example',
    'example',
    'acme.example.evil.example',
    'xacme.example',
    '',
  ]
  const cases = combinations({
    emailVerified: [true, false],
    email: [null, ...domains.map((domain) => ({ domain }))],
    trusted: [[], ['acme.example'], ['other.example'], ['other.example', 'acme.example']],
  })

  it('needs the word of the provider, an address, and exactly that domain on the list', () => {
    const trusted = cases.filter((one) => addressIsTrusted(one, one.trusted))
    const acme = { domain: 'acme.example' }
    expect(trusted).toEqual([
      { emailVerified: true, email: acme, trusted: ['acme.example'] },
      { emailVerified: true, email: acme, trusted: ['other.example', 'acme.example'] },
    ])
  })
})
