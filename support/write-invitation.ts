import { randomUUID } from 'node:crypto'
import type { Keyring } from '../clients/keyring.js'
import type { EmailAddress } from '../domain/email-address.js'
import type { Role } from '../domain/policy.js'
import type { Invitation } from '../store/invitations.js'
import type { Stores } from '../store/stores.js'

export interface NewInvitation {
  readonly organizationId: string
  readonly email: EmailAddress
  readonly role: Role
  /** Of the mail: nothing is known of who gets it. */
  readonly locale: string
}

/** Writes an invitation with its link and the mail that carries it; an open one of the address is replaced, and the link of it void. */
export const writeInvitation = async (
  stores: Pick<Stores, 'invitations' | 'mail'>,
  keyring: Keyring,
  { organizationId, email, role, locale }: NewInvitation,
): Promise<Invitation> => {
  const invitation = await stores.invitations.invite(organizationId, email, role)
  const token = keyring.randomToken()
  await stores.invitations.setToken(invitation.id, {
    hash: keyring.hashToken(token),
    sealed: keyring.seal('invitation', invitation.id, token),
  })
  const dedupeKey = `invitation/${randomUUID()}`
  await stores.mail.enqueue({
    kind: 'invitation',
    userEmailId: null,
    recipient: keyring.seal('mail-recipient', dedupeKey, email.address),
    organizationId,
    attemptId: null,
    referenceId: invitation.id,
    locale,
    dedupeKey,
  })
  return invitation
}
