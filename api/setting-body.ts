import { z } from 'zod'
import { joiningRoles } from '../domain/permissions.js'
import { admissions } from '../domain/policy.js'
import { reservedProviderNames, slugShape } from '../domain/slug.js'
import { settingText } from '../views/fault-text.js'
import type { Locale } from '../views/locale.js'
import { shownFields } from './touched-fields.js'

/** What is taken of an organization's settings, with the sentences of one language. */
export const settingFields = (locale: Locale) => {
  const says = (name: Parameters<typeof settingText>[1]): string => settingText(locale, name)
  const line = z.string(says('text')).trim()
  return {
    issuer: z.string().trim().max(500),
    name: z
      .string(says('nameShape'))
      .trim()
      .regex(slugShape, says('nameShape'))
      .refine((name) => !reservedProviderNames.includes(name), says('nameInUse')),
    display_name: line.min(1, says('text')).max(100, says('text')),
    client_id: z.string(says('clientId')).trim().min(1, says('clientId')).max(500, says('clientId')),
    client_secret: z.string().max(2_000),
    admission: z.enum(admissions, says('text')),
    default_role: z.enum(joiningRoles, says('role')),
    domain: z.string().trim().max(253, says('domainShape')),
  }
}

/** The form of a provider's setup; `issuer` is the one that its page showed. */
export const setupForm = (locale: Locale) => {
  const { issuer, client_id, client_secret, admission, default_role } = settingFields(locale)
  return z.object({
    issuer: issuer.optional(),
    client_id,
    client_secret: client_secret.default(''),
    admission,
    default_role,
  })
}

/** The form of the settings of a provider that is in use. */
export const editForm = (locale: Locale) => {
  const { display_name, admission, default_role } = settingFields(locale)
  return z.object({
    display_name,
    admission,
    default_role,
    require_link: z.string().optional(),
    ...shownFields('display_name', 'admission', 'default_role', 'require_link'),
  })
}
