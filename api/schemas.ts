import { z } from 'zod'
import { choices, results, stages } from '../domain/attempt.js'
import type { How } from '../domain/attempt.js'
import { errorCodes } from '../domain/errors.js'
import { mailStates } from '../domain/mail.js'

/** The JSON that `/v1` answers (spec: http): `present.ts` makes these shapes, `/openapi.json` tells them. */

const instant = z.iso.datetime()
const hows: readonly How[] = ['existing', 'linked', 'merged', 'created']

export const outcomeSchema = z.object({
  result: z.enum(results),
  how: z.enum(hows).optional(),
  code: z.enum(errorCodes).optional(),
  /** With `provider_error`: nothing failed, the person or the provider said no. */
  declined: z.literal(true).optional(),
  user_id: z.string().nullable().optional(),
  return_to: z.string().optional(),
})

export const startedAttemptSchema = z.object({
  id: z.string(),
  authorization_url: z.url(),
  expires_at: instant,
})

/** One that asks no provider. */
export const startedFoldSchema = startedAttemptSchema.omit({ authorization_url: true })

export const proofSchema = z.object({
  /** A password, a mailed code, or another identity of the account. */
  kind: z.enum(['password', 'email', 'provider']),
  user_hint: z.string(),
  expires_at: instant,
})

export const attemptSchema = z.object({
  id: z.string(),
  organization: z.string(),
  provider: z.string(),
  stage: z.enum(stages),
  identity: z
    .object({ email: z.string().nullable(), name: z.string().nullable(), subject_hint: z.string() })
    .nullable(),
  session_user: z.object({ id: z.string(), name: z.string() }).nullable(),
  offers: z.array(z.enum(choices)),
  proofs: z.array(proofSchema),
  /** The account asks for a second factor before anything else. */
  second_factor_required: z.boolean(),
  /** The sign-in at the provider is too old to be linked or merged: a proof of kind `provider` there goes first. */
  sign_in_again_required: z.boolean(),
  /** A typed address has to be proved before an account is created with it. */
  address_proof_required: z.boolean(),
  /** The account to connect to has an identity here: a decision has to say `replace`. */
  replaces: z.array(z.enum(['link', 'merge'])),
  /** Of what is offered; sent back with the decision, it is not taken where things have changed since. */
  version: z.string().nullable(),
  outcome: outcomeSchema.nullable(),
  mail: z.enum(mailStates).nullable(),
  expires_at: instant,
})

export const takenProofSchema = proofSchema.extend({
  /** Whether it names an account to merge into. */
  account: z.boolean(),
})

export const mailedCodeSchema = z.object({
  kind: z.literal('email'),
  /** Of the code. */
  expires_at: instant,
  /** Nothing is known before the code comes back. */
  account: z.null(),
})

export const secondFactorPassedSchema = z.object({
  kind: z.literal('second_factor'),
  /** Null where the person goes on deciding. */
  outcome: outcomeSchema.nullable(),
})

export const decidedSchema = z.object({ outcome: outcomeSchema.nullable() })

export const sessionSchema = z.object({
  user: z.object({ id: z.string(), name: z.string() }),
  organization: z.string(),
  attempt_id: z.string().nullable(),
  authenticated_at: instant,
  methods: z.array(z.string()),
  expires_at: instant,
  /** Signed in, and without access for want of a seat. */
  code: z.literal('membership_restricted').optional(),
})

export const applicationTokenSchema = z.object({ token: z.string(), expires_at: instant })

/** RFC 9457, as every error of `/v1` is told (`middleware/errors.ts`). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(errorCodes),
  detail: z.string(),
  retry_after: z.int().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  request_id: z.string(),
})
