import { describe, expect, it } from '@jest/globals'
import type { ErrorCode } from '../../domain/errors.js'
import { offersFor } from '../../domain/offers.js'
import type { Offers } from '../../domain/offers.js'

const create: Offers = { choices: ['create', 'cancel'], createRefused: null }
const without = (createRefused: ErrorCode): Offers => ({ choices: ['cancel'], createRefused })

describe('offersFor', () => {
  it.each([
    ['enabled', 'create', 'trusted', 'held', without('email_taken')],
    ['enabled', 'create', 'trusted', 'free', create],
    // Without trust nothing depends on whether somebody holds the address: the answer is the same.
    ['enabled', 'create', 'untrusted', 'held', create],
    ['enabled', 'create', 'untrusted', 'free', create],
    ['enabled', 'no create', 'trusted', 'held', without('registration_closed')],
    ['enabled', 'no create', 'trusted', 'free', without('registration_closed')],
    ['enabled', 'no create', 'untrusted', 'held', without('registration_closed')],
    ['enabled', 'no create', 'untrusted', 'free', without('registration_closed')],
    ['disabled', 'create', 'trusted', 'held', without('provider_disabled')],
    ['disabled', 'create', 'trusted', 'free', without('provider_disabled')],
    ['disabled', 'create', 'untrusted', 'held', without('provider_disabled')],
    ['disabled', 'create', 'untrusted', 'free', without('provider_disabled')],
    ['disabled', 'no create', 'trusted', 'held', without('provider_disabled')],
    ['disabled', 'no create', 'trusted', 'free', without('provider_disabled')],
    ['disabled', 'no create', 'untrusted', 'held', without('provider_disabled')],
    ['disabled', 'no create', 'untrusted', 'free', without('provider_disabled')],
  ] as const)(
    'offers at a provider that is %s and serves %s, %s for an address that is %s',
    (status, serves, trust, holder, offers) => {
      const provider = {
        status,
        serves: serves === 'create' ? (['sign_in', 'create'] as const) : (['sign_in'] as const),
      }
      expect(offersFor({ provider, trusted: trust === 'trusted', heldVerified: holder === 'held' })).toEqual(
        offers,
      )
    },
  )
})
