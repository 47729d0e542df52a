import type { Context } from 'koa'
import type { z } from 'zod'
import type { Attempt } from '../../store/attempts.js'
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
export interface TakenProof {
  readonly kind: TypedProof['kind']
  /** Of the proof; of the code where one was mailed. */
  readonly expiresAt: Date
  /** It names an account; a mailed code that was only asked for says nothing yet. */
  readonly account: boolean | null
}

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
  const { kind } = body
  switch (kind) {
    case 'password': {
      const { email, password, otp } = body
      const { expiresAt } = await proveByPassword(dependencies, attempt, { email, password, otp }, origin)
      return { kind, expiresAt, account: true }
    }
    case 'email': {
      const { expiresAt } = await mailCode(dependencies, attempt, body.address ?? body.email, origin)
      return { kind, expiresAt, account: null }
    }
    case 'email_code': {
      const { expiresAt, account } = await proveByCode(dependencies, attempt, body.code, origin)
      return { kind, expiresAt, account }
    }
  }
}
