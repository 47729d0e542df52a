import { describe, expect, it } from '@jest/globals'
import { AppError, errorCodes } from '../../domain/errors.js'
import { OidcFailure } from '../../domain/oidc-failure.js'

describe('AppError', () => {
  it.each(errorCodes)('%s is told by its code alone', (code) => {
    const error = new AppError(code, { retryAfter: 3, nextPath: '/account' })
    expect(error).toMatchObject({
      name: 'AppError',
      message: code,
      code,
      details: { retryAfter: 3, nextPath: '/account' },
    })
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
  })

  it('has a cause only where one was given', () => {
    const cause = new Error('inner')
    expect(new AppError('unavailable', { cause }).cause).toBe(cause)
    expect('cause' in new AppError('unavailable')).toBe(false)
  })

  it('knows each code once', () => {
    expect(new Set(errorCodes).size).toBe(errorCodes.length)
  })
})

describe('OidcFailure', () => {
  it.each(['identity', 'provider'] as const)('tells what it is about: %s', (about) => {
    expect(new OidcFailure(about, 'no_id_token')).toMatchObject({
      name: 'OidcFailure',
      about,
      reason: 'no_id_token',
      message: `${about}: no_id_token`,
    })
  })
})
