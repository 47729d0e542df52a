import { z } from 'zod'
import { choices } from '../domain/attempt.js'

/** Names one decision of a person, so that a repeated post is known as such; printable ASCII. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x20-\x7e]{1,200}$/, 'must be 1 to 200 printable ASCII characters')

/** The decision as it comes, from a form or as JSON (spec: http). The address is read by the act, which knows if it is needed. */
export const decisionBody = z.object({
  decision: z.enum(choices),
  email: z.string().max(1000).optional(),
  name: z.string().max(1000).optional(),
})
