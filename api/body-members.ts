import { z } from 'zod'
import type { FieldError } from '../domain/errors.js'

type Members = Readonly<Record<string, unknown>>

/** The members that a body may have, as its schema says; null for a schema that is no object. */
const membersOf = (schema: z.ZodType, body: Members): Readonly<Record<string, z.ZodType>> | null => {
  if (schema instanceof z.ZodObject) return schema.shape
  if (!(schema instanceof z.ZodUnion)) return null
  const options = schema.options.map((option) => membersOf(option as z.ZodType, body) ?? {})
  const { discriminator } = schema.def as { readonly discriminator?: string }
  const meant = options.find(
    (option) => discriminator !== undefined && option[discriminator]?.safeParse(body[discriminator]).success,
  )
  return meant ?? Object.fromEntries(options.flatMap((option) => Object.entries(option)))
}

const isMembers = (body: unknown): body is Members =>
  typeof body === 'object' && body !== null && !Array.isArray(body)

/** `null` says of a member that may be absent that it is, unless null is one of its values. */
export const withoutNulls = (schema: z.ZodType, body: unknown): unknown => {
  const members = isMembers(body) ? membersOf(schema, body) : null
  if (!isMembers(body) || members === null) return body
  const isAbsent = (name: string, value: unknown): boolean => {
    const member = Object.hasOwn(members, name) ? members[name] : undefined
    return value === null && member?.safeParse(null).success === false && member.safeParse(undefined).success
  }
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => !isAbsent(name, value)))
}

/**
 * What a body holds that its schema does not name: whoever sends it believes that it does something.
 * @param elsewhere where such a member belongs, by its name
 */
export const unknownMembers = (
  schema: z.ZodType,
  body: unknown,
  elsewhere: Readonly<Record<string, string>>,
): FieldError[] => {
  const members = isMembers(body) ? membersOf(schema, body) : null
  if (!isMembers(body) || members === null) return []
  const known = Object.keys(members)
  return Object.keys(body)
    .filter((name) => !known.includes(name))
    .map((field) => ({
      field,
      message:
        (Object.hasOwn(elsewhere, field) ? elsewhere[field] : undefined) ??
        `is not taken here; these are: ${known.join(', ')}`,
    }))
}
