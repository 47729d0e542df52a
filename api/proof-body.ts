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

/** Address and password of any account, not only of one with the attempt's own address. */
export const passwordProof = z.object({
  kind: z.literal('password'),
  email: z.string().max(1000),
  password: z.string().max(2000),
  otp: z.string().max(100).optional(),
})

/** Asks for a code by mail. The address is typed only where the provider sent none; a page calls it `address`. */
export const mailProof = z.object({
  kind: z.literal('email'),
  email: z.string().max(1000).optional(),
  address: z.string().max(1000).optional(),
})

/** The code of that mail. */
export const codeProof = z.object({ kind: z.literal('email_code'), code: z.string().max(100) })

/** How an account is proved inside an attempt (spec: http, `POST /v1/attempts/{id}/proofs`). */
export const proofBody = z.discriminatedUnion('kind', [
  providerProof,
  secondFactorProof,
  passwordProof,
  mailProof,
  codeProof,
])
