import { addressForStaff } from '../domain/masked.js'
import { ownAddress } from '../domain/sealed-claims.js'
import type { MailAddressee } from '../store/mail-addressee.js'
import type { SupportDependencies } from './act.js'

/** To whom a mail goes, as staff may see it; null where nobody knows any more: the row or the key is gone. */
export const maskedRecipient = (
  dependencies: Pick<SupportDependencies, 'keyring'>,
  mail: MailAddressee,
): string | null => {
  const address = mail.address ?? openAddress(dependencies, mail)
  return address === null ? null : addressForStaff(address)
}

const openAddress = (
  { keyring }: Pick<SupportDependencies, 'keyring'>,
  { recipient, dedupeKey, ownAddressOf }: MailAddressee,
): string | null => {
  try {
    if (recipient !== null) return keyring.open('mail-recipient', dedupeKey, recipient)
    return ownAddressOf === null ? null : (ownAddress(keyring, ownAddressOf)?.address ?? null)
  } catch {
    return null
  }
}
