import type { PipelineActivities } from '../activities/contract.js'
import type { Logger } from '../clients/log.js'
import type { Overdue } from '../store/owed.js'
import type { Database } from '../store/stores.js'

export interface SweepDependencies {
  readonly database: Pick<Database, 'owed'>
  readonly settle: PipelineActivities['settle']
  readonly log: Logger
}

const batch = 200

/**
 * One turn: ends attempts whose run is lost, and those that a provider never answered. A decision that was accepted is carried out
 * all the same. One that cannot be ended now (a key that is missing) is tried again in a later turn, and the others go on.
 */
export const sweep = async ({ database, settle, log }: SweepDependencies): Promise<void> => {
  const end = async ({ attemptId, unanswered }: Overdue): Promise<void> => {
    try {
      const reason = unanswered ? 'unanswered' : 'run_lost'
      const settled = await settle({ attemptId, undecidedBecomes: 'expired', reason })
      if (!unanswered) log.warn({ attemptId, outcome: settled?.outcome }, 'swept: its run was lost')
    } catch (error) {
      log.error({ error, attemptId }, 'not swept, is tried again')
    }
  }
  for (let after: string | null = null; ;) {
    const page: Overdue[] = await database.owed.listOverdue(batch, after)
    for (const overdue of page) await end(overdue)
    if (page.length < batch) return
    after = page.at(-1)?.attemptId ?? null
  }
}
