import { z } from 'zod'

/** Another identity of the account: the person goes to that provider and comes back. */
export const providerProof = z.object({
  kind: z.literal('provider'),
  provider: z.string().min(1).max(63),
  login_hint: z.string().max(200).optional(),
})

/** The code of an account that asks for a second factor: to sign in, or beside another proof of this attempt. */
export const secondFactorProof = z.object({
  kind: z.literal('second_factor'),
  otp: z.string().min(1).max(100),
})

/** How an account is proved inside an attempt (spec: http, `POST /v1/attempts/{id}/proofs`). */
export const proofBody = z.discriminatedUnion('kind', [providerProof, secondFactorProof])
