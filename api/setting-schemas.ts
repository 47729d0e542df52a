import { z } from 'zod'
import { admissions, providerStatuses, roles } from '../domain/policy.js'
import { providerFaults } from '../domain/provider-fault.js'

/** The JSON of an organization's settings; `present-settings.ts` makes these shapes. */

const instant = z.iso.datetime()
const count = z.int().nonnegative()

export const providerSchema = z.object({
  id: z.string(),
  name: z.string(),
  display_name: z.string(),
  issuer: z.string(),
  client_id: z.string().nullable(),
  has_client_secret: z.boolean(),
  redirect_uri: z.url(),
  status: z.enum(providerStatuses),
  admission: z.enum(admissions),
  default_role: z.enum(roles),
  require_link: z.boolean(),
  linked_members: count,
  /** What was wrong with the newest test sign-in. */
  fault: z.object({ code: z.enum(providerFaults), message: z.string() }).nullable(),
})

export const reminderSchema = z.object({ members: count })

export const linkMailsSchema = z.object({
  created_at: instant,
  finished: z.boolean(),
  members: count,
  waiting: count,
  under_way: count,
  sent: count,
  needless: count,
  failed: count,
})

export const memberSchema = z.object({
  user_id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  role: z.enum(roles),
  restricted: z.boolean(),
  sso_linked: z.boolean(),
  sso_invalid: z.boolean(),
  created_at: instant,
})

export const invitationSchema = z.object({
  id: z.string(),
  email: z.string(),
  role: z.enum(roles),
  approved: z.boolean(),
  expires_at: instant,
})

export const domainSchema = z.object({
  name: z.string(),
  proved_at: instant.nullable(),
  record: z.object({ type: z.literal('TXT'), host: z.string(), value: z.string() }).nullable(),
})

export const organizationSettingsSchema = z.object({
  seat_limit: z.int().nullable(),
  seats_taken: count,
  require_second_factor: z.boolean(),
  domains: z.array(domainSchema),
})
