import type { WorkflowHandle } from '@temporalio/client'
import { searchAttributes } from '../../workflows/contract.js'
import type { TestDatabase } from './database.js'
import { eventually } from './product.js'

/** Until no mail is on its way: what becomes of one is noted later than a test sees the copy. */
export const untilMailsRest = ({ testDatabase }: { readonly testDatabase: TestDatabase }): Promise<true> =>
  eventually(async () => {
    const { rowCount } = await testDatabase.pool.query(
      `select from mail_messages where state in ('queued', 'sending')`,
    )
    return rowCount === 0 ? true : null
  })

/** Until a run knows how its mail stands: the row says it first. */
export const untilRunKnows = (handle: WorkflowHandle, state: string): Promise<true> =>
  eventually(async () => {
    const { typedSearchAttributes } = await handle.describe()
    return typedSearchAttributes.get(searchAttributes.mailState) === state ? true : null
  })

/** Until a run waits for somebody's decision: one that comes earlier costs it one task less. */
export const untilRunWaits = (handle: WorkflowHandle): Promise<true> =>
  eventually(async () => {
    const { events } = await handle.fetchHistory()
    return events?.some((event) => event.timerStartedEventAttributes) === true ? true : null
  })
