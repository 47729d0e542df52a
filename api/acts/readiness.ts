import { keepStates } from '../../domain/dependency-state.js'
import type { Condition, DependencyState } from '../../domain/dependency-state.js'
import type { ApiDependencies } from '../dependencies.js'

export interface Readiness {
  /** `degraded`: people are served, and something waits. */
  readonly status: 'ok' | 'degraded' | 'unavailable'
  readonly database: DependencyState & { readonly migration?: string }
  readonly temporal: DependencyState
  readonly mail: DependencyState & { readonly reason?: string }
}

/**
 * Asks each part this API needs. The database and its schema are needed; without Temporal or with mail paused people wait, and
 * nothing is refused.
 */
export const createReadiness = ({
  database,
  pipelines,
  newestMigration,
}: Pick<ApiDependencies, 'database' | 'pipelines' | 'newestMigration'>): (() => Promise<Readiness>) => {
  const note = keepStates()
  return async () => {
    const [migration, pause, temporal] = await Promise.all([
      database.migrationLevel().catch(() => null),
      database.figures.mailPause().catch(() => null),
      pipelines.reachable(),
    ])
    const now = new Date()
    const level: Condition = migration === null ? 'down' : migration < newestMigration ? 'degraded' : 'up'
    return {
      status: level !== 'up' ? 'unavailable' : temporal && pause === null ? 'ok' : 'degraded',
      database: { ...note('database', level, now), ...(migration === null ? {} : { migration }) },
      temporal: note('temporal', temporal ? 'up' : 'down', now),
      mail: {
        ...note('mail', pause === null ? 'up' : 'degraded', now),
        ...(pause === null ? {} : { reason: pause.reason }),
      },
    }
  }
}
