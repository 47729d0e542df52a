import { maskedAddress, maskedSubject } from '../domain/masked.js'
import { openClaims } from '../domain/sealed-claims.js'
import type { Keyring } from '../clients/keyring.js'
import type { Attempt } from '../store/attempts.js'

/** The identity of an attempt as a mail may name it: enough for its owner, useless to others. */
export const shownIdentity = (keyring: Keyring, { id, claims }: Pick<Attempt, 'id' | 'claims'>): string => {
  if (claims === null) return ''
  const { email, subject } = openClaims(keyring, { id, claims })
  return email === null ? maskedSubject(subject) : maskedAddress(email.address)
}
