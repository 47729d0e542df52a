import { describe, expect, it } from '@jest/globals'
import { proofRefusal } from '../../domain/proof.js'
import type { ProofBinding, ProofStanding } from '../../domain/proof.js'

const binding: ProofBinding = {
  attemptId: 'attempt',
  providerId: 'provider',
  issuer: 'issuer',
  subject: 'subject',
  userId: 'user',
  canonicalEmail: 'nora@people.example',
  browserHash: Buffer.from('browser'),
}
const fresh: ProofStanding = { ...binding, used: false, expired: false, voided: false }

describe('proofRefusal', () => {
  it('is none for a fresh proof of the very thing', () => {
    expect(proofRefusal(fresh, { ...binding, browserHash: Buffer.from('browser') })).toBeNull()
  })

  it.each([
    ['attemptId', { attemptId: 'other' }],
    ['providerId', { providerId: 'other' }],
    ['issuer', { issuer: 'other' }],
    ['subject', { subject: 'other' }],
    ['userId', { userId: 'other' }],
    ['userId', { userId: null }],
    ['canonicalEmail', { canonicalEmail: 'other@people.example' }],
    ['canonicalEmail', { canonicalEmail: null }],
    ['browserHash', { browserHash: Buffer.from('other') }],
    ['browserHash', { browserHash: Buffer.from('browsers') }],
  ])('S34 T33 is `proof_invalid` where %s differs', (_name, change) => {
    expect(proofRefusal(fresh, { ...binding, ...change })).toBe('proof_invalid')
    expect(proofRefusal({ ...fresh, ...change }, binding)).toBe('proof_invalid')
  })

  it('T35 is `proof_invalid` where there is none', () => {
    expect(proofRefusal(null, binding)).toBe('proof_invalid')
  })

  it.each([
    [{ voided: true }, 'proof_invalid'],
    [{ used: true }, 'proof_used'],
    [{ expired: true }, 'proof_expired'],
    [{ used: true, expired: true, voided: true }, 'proof_invalid'],
    [{ used: true, expired: true }, 'proof_used'],
  ])('tells of %j by its own code', (change, code) => {
    expect(proofRefusal({ ...fresh, ...change }, binding)).toBe(code)
  })
})
