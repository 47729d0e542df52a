import type { WorkflowHandle } from '@temporalio/client'
import { searchAttributes } from '../../workflows/contract.js'
import { eventually } from './product.js'

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
