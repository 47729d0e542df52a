import { describe, expect, it } from '@jest/globals'
import type { Choice } from '../../domain/attempt.js'
import type { ErrorCode } from '../../domain/errors.js'
import { offersFor } from '../../domain/offers.js'
import type { Situation } from '../../domain/offers.js'
import type { Act, ProviderFacts } from '../../domain/policy.js'

const all = ['sign_in', 'link', 'create', 'join', 'prove'] as const

describe('offersFor', () => {
  it.each<[string, Partial<Situation>, Choice[], ErrorCode | null]>([
    ['R signed in', { signedIn: true }, ['link', 'merge', 'create', 'cancel'], null],
    [
      'R signed in, the trusted address has a holder',
      { signedIn: true, trusted: true, heldVerified: true },
      ['link', 'merge', 'cancel'],
      'email_taken',
    ],
    [
      'P17, S22 nobody signed in, trusted, held',
      { trusted: true, heldVerified: true },
      ['merge', 'cancel'],
      'email_taken',
    ],
    ['nobody signed in, trusted, free', { trusted: true }, ['merge', 'create', 'cancel'], null],
    ['nobody signed in, not trusted', {}, ['merge', 'create', 'cancel'], null],
    // Without trust nothing depends on whether somebody holds the address: the answer is the same.
    ['P30, S76 not trusted, held', { heldVerified: true }, ['merge', 'create', 'cancel'], null],
    [
      'P33 registration closed',
      { provider: serving('sign_in', 'link') },
      ['merge', 'cancel'],
      'registration_closed',
    ],
    [
      'P33 registration closed, R signed in',
      { signedIn: true, provider: serving('sign_in', 'link') },
      ['link', 'merge', 'cancel'],
      'registration_closed',
    ],
    [
      'P6 nothing is connected here',
      { signedIn: true, provider: serving('sign_in', 'create') },
      ['create', 'cancel'],
      null,
    ],
    [
      'nothing but sign-in',
      { signedIn: true, provider: serving('sign_in') },
      ['cancel'],
      'registration_closed',
    ],
    [
      'the provider is disabled',
      { signedIn: true, provider: { ...serving(...all), status: 'disabled' } },
      ['cancel'],
      'provider_disabled',
    ],
    [
      'the organization signs in elsewhere only',
      { signedIn: true, provider: { ...serving(...all), overruledBy: 'other' } },
      ['cancel'],
      'provider_mismatch',
    ],
  ])('%s', (_case, change, choices, createRefused) => {
    const nobody = { provider: serving(...all), signedIn: false, trusted: false, heldVerified: false }
    expect(offersFor({ ...nobody, ...change })).toEqual({ choices, createRefused })
  })
})

function serving(...serves: Act[]): ProviderFacts {
  return { status: 'enabled', serves, overruledBy: null }
}
