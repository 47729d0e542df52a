import type { z } from 'zod'
import { domainRecord } from '../domain/domain-name.js'
import type { BulkProgress } from '../store/bulk-mails.js'
import type { Domain } from '../store/domains.js'
import type { Invitation } from '../store/invitations.js'
import type { Member } from '../store/roster.js'
import type { OrganizationSettings } from '../store/organization-settings.js'
import type { ProviderSettings } from '../store/providers.js'
import { faultText } from '../views/fault-text.js'
import { redirectUri } from './oidc-provider.js'
import type {
  domainSchema,
  invitationSchema,
  linkMailsSchema,
  memberSchema,
  organizationSettingsSchema,
  providerSchema,
} from './setting-schemas.js'

export const presentProvider = (
  publicOrigin: string,
  provider: ProviderSettings,
): z.output<typeof providerSchema> => ({
  id: provider.id,
  name: provider.name,
  display_name: provider.displayName,
  issuer: provider.issuer,
  client_id: provider.clientId === '' ? null : provider.clientId,
  has_client_secret: provider.hasSecret,
  redirect_uri: redirectUri(publicOrigin, provider.id),
  status: provider.status,
  admission: provider.admission,
  default_role: provider.defaultRole,
  require_link: provider.requireLink,
  linked_members: provider.linked,
  fault:
    provider.setupFault === null
      ? null
      : { code: provider.setupFault, message: faultText('en', provider.setupFault, null) },
})

export const presentLinkMails = (mails: BulkProgress): z.output<typeof linkMailsSchema> => ({
  created_at: mails.createdAt.toISOString(),
  finished: mails.finished,
  members: mails.all,
  waiting: mails.waiting,
  under_way: mails.underWay,
  sent: mails.sent,
  needless: mails.needless,
  failed: mails.failed,
})

export const presentMember = (member: Member): z.output<typeof memberSchema> => ({
  user_id: member.userId,
  name: member.name,
  email: member.email,
  role: member.role,
  restricted: member.restricted,
  sso_linked: member.ssoLinked,
  sso_invalid: member.ssoInvalid,
  created_at: member.createdAt.toISOString(),
})

export const presentInvitation = (invitation: Invitation): z.output<typeof invitationSchema> => ({
  id: invitation.id,
  email: invitation.email,
  role: invitation.role,
  approved: invitation.approved,
  expires_at: invitation.expiresAt.toISOString(),
})

const presentDomain = ({ name, token, provedAt }: Domain): z.output<typeof domainSchema> => ({
  name,
  proved_at: provedAt?.toISOString() ?? null,
  record: token === null ? null : { type: 'TXT', ...domainRecord(name, token) },
})

export const presentOrganizationSettings = (
  settings: OrganizationSettings,
  seatsTaken: number,
  domains: readonly Domain[],
): z.output<typeof organizationSettingsSchema> => ({
  seat_limit: settings.seatLimit,
  seats_taken: seatsTaken,
  require_second_factor: settings.requireSecondFactor,
  domains: domains.map(presentDomain),
})
