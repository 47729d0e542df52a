import { z } from 'zod'
import type { FieldError } from '../domain/errors.js'

type Members = Readonly<Record<string, unknown>>

/**
 * The members that a body may have, as its schema says; null for a schema that is no object. Where there are several kinds of a body, one may
 * hold what belongs to another: a code with the address that it went to is a code.
 */
const membersOf = (schema: z.ZodType): Readonly<Record<string, z.ZodType>> | null => {
  if (schema instanceof z.ZodObject) return schema.shape
  if (!(schema instanceof z.ZodUnion)) return null
  return Object.fromEntries(
    schema.options.flatMap((option) => Object.entries(membersOf(option as z.ZodType) ?? {})),
  )
}

const isMembers = (body: unknown): body is Members =>
  typeof body === 'object' && body !== null && !Array.isArray(body)

/** `null` says of a member that may be absent that it is, unless null is one of its values. */
export const withoutNulls = (schema: z.ZodType, body: unknown): unknown => {
  const members = isMembers(body) ? membersOf(schema) : null
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
  const members = isMembers(body) ? membersOf(schema) : null
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
