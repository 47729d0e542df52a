import { randomUUID } from 'node:crypto'
import type { Client } from '@temporalio/client'
import proto from '@temporalio/proto'

const { ResetReapplyType } = proto.temporal.api.enums.v1
const { ResetWorkflowExecutionRequest } = proto.temporal.api.workflowservice.v1

/** Ids of the events to which a run can be reset: its completed workflow tasks, the first to the last. */
export const taskEventsOf = async (client: Client, workflowId: string, runId: string): Promise<number[]> => {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory()
  return (events ?? [])
    .filter((event) => event.workflowTaskCompletedEventAttributes)
    .map((event) => Number(event.eventId))
}

/** Resets a run as `temporal workflow reset` does: signals and updates after that event come again. @returns the new run's id */
export const resetRun = async (
  client: Client,
  workflowId: string,
  runId: string,
  toEvent: number,
): Promise<string> => {
  const request = ResetWorkflowExecutionRequest.fromObject({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: toEvent,
    resetReapplyType: ResetReapplyType.RESET_REAPPLY_TYPE_ALL_ELIGIBLE,
  })
  const answer = await client.workflowService.resetWorkflowExecution(request)
  return answer.runId
}
