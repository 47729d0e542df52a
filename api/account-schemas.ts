import { z } from 'zod'
import { mailStates } from '../domain/mail.js'
import { roles } from '../domain/policy.js'
import { securityEvents } from '../domain/security-events.js'

/** The JSON of `/v1/me` (spec: http): `present-account.ts` makes these shapes, `/openapi.json` tells them. */
const instant = z.iso.datetime()

const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() })

export const accountSchema = z.object({
  id: z.string(),
  name: z.string(),
  organization: z.string(),
  password: z.object({ changed_at: instant }).nullable(),
  totp: z.object({ since: instant, recovery_codes_left: z.int() }).nullable(),
})

export const passwordStateSchema = z.object({ set: z.boolean(), changed_at: instant.nullable() })

export const totpStateSchema = z.object({
  enabled: z.boolean(),
  since: instant.nullable(),
  recovery_codes_left: z.int(),
})

export const emailSchema = z.object({
  id: z.string(),
  address: z.string(),
  primary: z.boolean(),
  verified: z.boolean(),
  /** The newest mail about it; null where there was none. */
  mail: z.enum(mailStates).nullable(),
})
export const emailsSchema = listOf(emailSchema)

export const identitySchema = z.object({
  id: z.string(),
  organization: z.string(),
  provider: z.string(),
  provider_display_name: z.string(),
  email: z.string().nullable(),
  subject_hint: z.string(),
  linked_at: instant,
  last_used_at: instant,
})
export const identitiesSchema = listOf(identitySchema)

export const listedSessionSchema = z.object({
  id: z.string(),
  current: z.boolean(),
  organization: z.string(),
  /** Null where a password opened it. */
  provider_display_name: z.string().nullable(),
  methods: z.array(z.string()),
  client_network: z.string().nullable(),
  started_at: instant,
  last_seen_at: instant,
  expires_at: instant,
})
export const sessionsSchema = listOf(listedSessionSchema)

export const securityEventSchema = z.object({
  id: z.string(),
  event: z.enum(securityEvents),
  at: instant,
  organization: z.string().nullable(),
  client_network: z.string().nullable(),
})
export const securityEventsSchema = listOf(securityEventSchema)

export const invitationSchema = z.object({
  id: z.string(),
  organization: z.string(),
  role: z.enum(roles),
  expires_at: instant,
})
export const invitationsSchema = listOf(invitationSchema)
export const acceptedInvitationSchema = invitationSchema.extend({
  /** Every seat is taken: a member, but without access for now. */
  restricted: z.boolean(),
})

export const confirmedEmailSchema = z.object({
  state: z.literal('confirmed'),
  email: z.object({ id: z.string(), address: z.string() }),
  /** What the account lost because it is its first confirmed address (spec: pipeline 5, "effect"). */
  removed: z
    .object({
      password: z.boolean(),
      totp: z.boolean(),
      identities: z.array(z.string()),
      addresses: z.array(z.string()),
      sessions: z.int(),
    })
    .nullable(),
  invitations: z.array(invitationSchema),
})

export const enrolmentSchema = z.object({
  /** Base32. */
  secret: z.string(),
  /** `otpauth:` */
  uri: z.string(),
})

export const recoveryCodesSchema = z.object({ recovery_codes: z.array(z.string()) })
