import { keepStates } from '../../domain/dependency-state.js'
import type { Condition, DependencyState } from '../../domain/dependency-state.js'
import type { ApiDependencies } from '../dependencies.js'

export interface Readiness {
  /** `degraded`: people are served, and something waits. `stopping`: people are still served, and shall be led elsewhere. */
  readonly status: 'ok' | 'degraded' | 'unavailable' | 'stopping'
  readonly database: DependencyState & { readonly migration?: string }
  readonly temporal: DependencyState
  readonly mail: DependencyState & { readonly reason?: string }
}

/**
 * Asks each part this API needs. The database and its schema are needed; without Temporal or with mail paused people wait, and
 * nothing is refused. A process that was told to stop is not ready, however its parts stand.
 */
export const createReadiness = ({
  database,
  pipelines,
  newestMigration,
  stopping,
}: Pick<
  ApiDependencies,
  'database' | 'pipelines' | 'newestMigration' | 'stopping'
>): (() => Promise<Readiness>) => {
  const note = keepStates()
  return async () => {
    const [migration, pause, temporal] = await Promise.all([
      database.migrationLevel().catch(() => null),
      database.figures.mailPause().catch(() => null),
      pipelines.reachable(),
    ])
    const now = new Date()
    const level: Condition = migration === null ? 'down' : migration < newestMigration ? 'degraded' : 'up'
    const status = level !== 'up' ? 'unavailable' : temporal && pause === null ? 'ok' : 'degraded'
    return {
      status: stopping.aborted ? 'stopping' : status,
      database: { ...note('database', level, now), ...(migration === null ? {} : { migration }) },
      temporal: note('temporal', temporal ? 'up' : 'down', now),
      mail: {
        ...note('mail', pause === null ? 'up' : 'degraded', now),
        ...(pause === null ? {} : { reason: pause.reason }),
      },
    }
  }
}
