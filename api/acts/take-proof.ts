import type { Context } from 'koa'
import type { z } from 'zod'
import type { Attempt } from '../../store/attempts.js'
import type { Proof } from '../../store/proofs.js'
import type { ApiDependencies } from '../dependencies.js'
import type { codeProof, mailProof, passwordProof } from '../proof-body.js'
import { clientNetwork } from '../request.js'
import { currentSession } from './current-session.js'
import { mailCode } from './mail-code.js'
import { proveByCode } from './prove-by-code.js'
import { proveByPassword } from './prove-by-password.js'

export type TypedProof =
  z.output<typeof passwordProof> | z.output<typeof mailProof> | z.output<typeof codeProof>

/** What became of a proof that a person typed. */
export type TakenProof =
  | {
      readonly kind: 'taken'
      readonly proof: Pick<Proof, 'kind' | 'userId' | 'canonicalEmail' | 'expiresAt'>
      /** It counts once the account's second factor has been shown besides. */
      readonly awaitsCode: boolean
    }
  /** A code is on its way, which proves nothing yet. */
  | { readonly kind: 'mailed'; readonly expiresAt: Date }

/** Takes a proof that a person typed, or mails the code for one. @throws AppError as the act of its kind */
export const takeProof = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: Attempt,
  body: TypedProof,
): Promise<TakenProof> => {
  const origin = {
    session: await currentSession(dependencies, context),
    clientNetwork: clientNetwork(context),
  }
  switch (body.kind) {
    case 'password': {
      const { email, password, otp } = body
      const shown = await proveByPassword(dependencies, attempt, { email, password, otp }, origin)
      const { userId, expiresAt, awaitsCode } = shown
      return {
        kind: 'taken',
        proof: { kind: 'password', userId, canonicalEmail: null, expiresAt },
        awaitsCode,
      }
    }
    case 'email': {
      const { expiresAt } = await mailCode(dependencies, attempt, body.address ?? body.email, origin)
      return { kind: 'mailed', expiresAt }
    }
    case 'email_code': {
      const proved = await proveByCode(dependencies, attempt, body.code, origin)
      return { kind: 'taken', proof: { kind: 'email', ...proved }, awaitsCode: false }
    }
  }
}
