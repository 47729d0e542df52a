import { z } from 'zod'
import { choices } from '../domain/attempt.js'

/** The decision as it comes, from a form or as JSON (spec: http). */
export const decisionBody = z.object({
  decision: z.enum(choices),
  /** Where the provider sent no address; a code has to prove it first. */
  email: z.string().max(1000).optional(),
  name: z.string().max(1000).optional(),
  /** Another identity that the account has at this provider is replaced; without it that is a conflict. */
  replace: z.boolean().optional(),
  /** As `GET /v1/attempts/{id}` said; refused where things have changed since. */
  version: z.string().max(64).optional(),
})
