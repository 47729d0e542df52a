import { condition, continueAsNew, workflowInfo } from '@temporalio/workflow'
import { bulkNudge } from './contract.js'
import type { BulkMailInput } from './contract.js'
import { countNudges } from './nudges.js'
import { shortLeash } from './short-leash.js'

/**
 * Milliseconds until the backlog is looked at again: while mails go out, and while they are held up, each time twice as long. Whoever
 * has something for it nudges.
 */
const pace = { flowing: 1_000, held: 2_000, longest: 300_000 } as const

/**
 * Writes the mails that an organization owes its members, so many at a time that nobody else's mail waits for them (spec: mail,
 * "bulk"). The backlog is rows in Postgres, each taken once: this run may die, be reset or be doubled, and nobody is written to twice.
 */
export async function BulkMailWorkflow({ organizationId }: BulkMailInput): Promise<void> {
  const nudges = countNudges([bulkNudge])
  for (let held: number = pace.held; ;) {
    const heard = nudges()
    const { written, finished } = await shortLeash((activities) =>
      activities.writeBulkMails({ organizationId }),
    )
    // Whoever asked for more meanwhile has nudged.
    if (finished && nudges() === heard) return
    if (workflowInfo().continueAsNewSuggested)
      await continueAsNew<typeof BulkMailWorkflow>({ organizationId })
    const isNudged = await condition(() => nudges() > heard, written > 0 ? pace.flowing : held)
    held = written > 0 || isNudged ? pace.held : Math.min(held * 2, pace.longest)
  }
}
