import { z } from 'zod'

/** How an account is proved inside an attempt (spec: http, `POST /v1/attempts/{id}/proofs`). */
export const proofBody = z.discriminatedUnion('kind', [
  /** Another identity of the account: the person goes to that provider and comes back. */
  z.object({
    kind: z.literal('provider'),
    provider: z.string().min(1).max(63),
    login_hint: z.string().max(200).optional(),
  }),
])
