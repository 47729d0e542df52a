import type { EmailAddress } from './email-address.js'
import type { IdentityClaims } from './identity-claims.js'

/** What opens values that were sealed for one row: the keyring. */
interface Opener {
  open(purpose: 'claims' | 'attempt-email', rowId: string, sealed: Buffer): string
}

interface Addressed {
  readonly id: string
  readonly claims: Buffer | null
  readonly email: Buffer | null
}

/** What the provider said in an attempt. Throws as `open` where the key is gone. */
export const openClaims = (
  keyring: Opener,
  { id, claims }: Pick<Addressed, 'id'> & { readonly claims: Buffer },
): IdentityClaims => JSON.parse(keyring.open('claims', id, claims)) as IdentityClaims

/** The address of an attempt: asserted, else typed and fixed since; null where there is none yet. Throws as `openClaims`. */
export const ownAddress = (keyring: Opener, { id, claims, email }: Addressed): EmailAddress | null => {
  const asserted = claims === null ? null : openClaims(keyring, { id, claims }).email
  if (asserted !== null || email === null) return asserted
  return JSON.parse(keyring.open('attempt-email', id, email)) as EmailAddress
}
