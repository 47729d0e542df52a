import type { EmailAddress } from '../../domain/email-address.js'
import { AppError } from '../../domain/errors.js'
import { invitationsPerAddress, invitationsPerOrganization } from '../../domain/invitation.js'
import type { Role } from '../../domain/policy.js'
import type { Invitation } from '../../store/invitations.js'
import { writeInvitation } from '../../support/write-invitation.js'
import type { ApiDependencies } from '../dependencies.js'
import { demandFreshProof } from './demand-fresh-proof.js'
import { visitEvent } from './visit-event.js'
import type { Visit } from './visit-organization.js'

/**
 * Invites an address, and mails it a link that counts once, whatever address whoever follows it signs in with. An earlier invitation
 * or request of the address is replaced, and the link of it void.
 * @param locale of the mail: nothing is known of who gets it
 * @throws AppError `rate_limited`; who makes an owner has proved the account a moment ago: as `demandFreshProof`
 */
export const inviteMember = async (
  { database, keyring }: Pick<ApiDependencies, 'database' | 'keyring'>,
  visit: Visit,
  email: EmailAddress,
  role: Role,
  locale: string,
): Promise<Invitation> => {
  const { organization } = visit
  if (role === 'owner') await demandFreshProof(database, visit)
  const seconds = await database.rateLimits.take(
    { limit: invitationsPerAddress, of: email.canonical },
    { limit: invitationsPerOrganization, of: organization.id },
  )
  if (seconds > 0) throw new AppError('rate_limited', { retryAfter: seconds })
  return database.transaction(async (stores) => {
    const invitation = await writeInvitation(stores, keyring, {
      organizationId: organization.id,
      email,
      role,
      locale,
    })
    await stores.audit.record(
      visitEvent(visit, 'member.invited', { kind: 'invitation', id: invitation.id }, { role }),
    )
    return invitation
  })
}
