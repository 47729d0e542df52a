import type { PipelineActivities } from '../activities/contract.js'
import type { Logger } from '../clients/log.js'
import type { Database } from '../store/stores.js'

export interface SweepDependencies {
  readonly database: Pick<Database, 'owed'>
  readonly settle: PipelineActivities['settle']
  readonly log: Logger
}

const batch = 200

/** One turn: ends attempts whose run is lost. A decision that was accepted is carried out all the same. */
export const sweep = async ({ database, settle, log }: SweepDependencies): Promise<void> => {
  for (const attemptId of await database.owed.lost(batch)) {
    const settled = await settle({ attemptId, undecidedBecomes: 'expired', reason: 'run_lost' })
    log.warn({ attemptId, outcome: settled?.outcome }, 'swept: its run was lost')
  }
}
