import type { Attempt } from '../../store/attempts.js'
import type { ApiDependencies } from '../dependencies.js'

/** Tells Temporal of an attempt that awaits a person's decision. It stands in Postgres already, and its page needs nothing else. */
export const startRun = async (
  { database, pipelines, log }: Pick<ApiDependencies, 'database' | 'pipelines' | 'log'>,
  { id: attemptId, provider, expiresAt }: Pick<Attempt, 'id' | 'provider' | 'expiresAt'>,
): Promise<void> => {
  try {
    await pipelines.start({
      attemptId,
      organizationId: provider.organization.id,
      providerId: provider.id,
      expiresAt,
    })
    await database.attempts.markStarted(attemptId)
  } catch (error) {
    log.warn({ error, attemptId }, 'start is left to the relay')
  }
}
