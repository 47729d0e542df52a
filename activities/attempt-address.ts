import type { EmailAddress } from '../domain/email-address.js'
import type { IdentityClaims } from '../domain/identity-claims.js'
import { maskedAddress, maskedSubject } from '../domain/masked.js'
import type { Keyring } from '../clients/keyring.js'
import type { Attempt } from '../store/attempts.js'

type Addressed = Pick<Attempt, 'id' | 'claims' | 'email'>

const claimsOf = (keyring: Keyring, attempt: Pick<Attempt, 'id' | 'claims'>): IdentityClaims | null =>
  attempt.claims === null
    ? null
    : (JSON.parse(keyring.open('claims', attempt.id, attempt.claims)) as IdentityClaims)

/** The address that an attempt may prove by mail: asserted, else typed and fixed since; null where there is none yet. */
export const ownAddress = (keyring: Keyring, attempt: Addressed): EmailAddress | null => {
  const asserted = claimsOf(keyring, attempt)?.email ?? null
  if (asserted !== null || attempt.email === null) return asserted
  return JSON.parse(keyring.open('attempt-email', attempt.id, attempt.email)) as EmailAddress
}

/** The identity of an attempt as a mail may name it: enough for its owner, useless to others. */
export const shownIdentity = (keyring: Keyring, attempt: Attempt): string => {
  const claims = claimsOf(keyring, attempt)
  if (claims === null) return ''
  return claims.email === null ? maskedSubject(claims.subject) : maskedAddress(claims.email.address)
}
