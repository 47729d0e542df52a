import { AppError } from '../../domain/errors.js'
import type { ApiDependencies } from '../dependencies.js'
import { readProofLink } from './prove-by-code.js'

/**
 * "This was not me": ends the attempt that a mailed code belongs to. Whoever reads the mailbox may say so, from any browser; an attempt
 * that has ended stays as it is.
 * @throws AppError `link_invalid`
 */
export const notMe = async (
  dependencies: ApiDependencies,
  tokenText: string,
  clientNetwork: string,
): Promise<void> => {
  const link = await readProofLink(dependencies, tokenText, 'not-me')
  if (link === null) throw new AppError('link_invalid')
  const { id: attemptId, provider } = link.attempt
  await dependencies.database.transaction(async (stores) => {
    await stores.attempts.lock(attemptId)
    // A decision that was accepted wins (spec: pipeline 2.7).
    if ((await stores.decisions.find(attemptId)) !== null) return
    await stores.emailChallenges.endAll(attemptId)
    if (!(await stores.attempts.end(attemptId, { result: 'cancelled' }))) return
    await stores.audit.record({
      event: 'attempt.ended',
      actor: { kind: 'system' },
      organizationId: provider.organization.id,
      attemptId,
      target: { kind: 'attempt', id: attemptId },
      clientNetwork,
      data: { result: 'cancelled', reason: 'not_me' },
    })
  })
}
