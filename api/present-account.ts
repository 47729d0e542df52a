import type { z } from 'zod'
import type { MailState } from '../domain/mail.js'
import { maskedSubject } from '../domain/masked.js'
import type { OfferedInvitation } from '../store/offered-invitations.js'
import type { SecurityEvent } from '../store/security-events.js'
import type { LinkedIdentity, SignInMethods } from '../store/sign-in-methods.js'
import type { ListedSession } from '../store/user-sessions.js'
import type { UserEmail } from '../store/users.js'
import type {
  confirmedEmailSchema,
  emailSchema,
  identitySchema,
  invitationSchema,
  listedSessionSchema,
  securityEventSchema,
} from './account-schemas.js'
import type { Confirmed } from './acts/confirm-email.js'

/** The account as the JSON of spec: http. Nothing leaves the API that is not named here. */
export const presentEmail = (email: UserEmail, mail: MailState | null): z.input<typeof emailSchema> => ({
  id: email.id,
  address: email.address,
  primary: email.isPrimary,
  verified: email.verified,
  mail,
})

export const presentIdentity = (identity: LinkedIdentity): z.input<typeof identitySchema> => ({
  id: identity.id,
  organization: identity.organization.slug,
  provider: identity.provider.name,
  provider_display_name: identity.provider.displayName,
  email: identity.email,
  subject_hint: maskedSubject(identity.subject),
  linked_at: identity.linkedAt.toISOString(),
  last_used_at: identity.lastUsedAt.toISOString(),
})

export const presentListedSession = (
  session: ListedSession,
  currentId: string,
): z.input<typeof listedSessionSchema> => ({
  id: session.id,
  current: session.id === currentId,
  organization: session.organization.slug,
  provider_display_name: session.providerDisplayName,
  methods: [...session.methods],
  client_network: session.clientNetwork,
  started_at: session.startedAt.toISOString(),
  last_seen_at: session.lastSeenAt.toISOString(),
  expires_at: session.expiresAt.toISOString(),
})

export const presentMethods = ({ password, totp }: SignInMethods) => ({
  password: password === null ? null : { changed_at: password.changedAt.toISOString() },
  totp:
    totp === null ? null : { since: totp.since.toISOString(), recovery_codes_left: totp.recoveryCodesLeft },
})

export const presentSecurityEvent = (event: SecurityEvent): z.input<typeof securityEventSchema> => ({
  id: event.id,
  event: event.event,
  at: event.at.toISOString(),
  organization: event.organization,
  client_network: event.clientNetwork,
})

export const presentInvitation = (invitation: OfferedInvitation): z.input<typeof invitationSchema> => ({
  id: invitation.id,
  organization: invitation.organization.slug,
  role: invitation.role,
  expires_at: invitation.expiresAt.toISOString(),
})

export const presentConfirmed = ({
  email,
  removed,
  invitations,
}: Confirmed): z.input<typeof confirmedEmailSchema> => ({
  state: 'confirmed',
  email: { id: email.id, address: email.address },
  removed:
    removed === null
      ? null
      : { ...removed, identities: [...removed.identities], addresses: [...removed.addresses] },
  invitations: invitations.map(presentInvitation),
})

/** A list that is whole in one answer. */
export const presentWhole = <Item>(items: readonly Item[]) => ({ items, next: null })
