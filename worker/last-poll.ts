import proto from '@temporalio/proto'
import type { NativeConnection } from '@temporalio/worker'
import { taskQueues } from '../workflows/contract.js'

/** When the server last saw this process poll each of its queues: the oldest of them, or null where one was never seen. */
export type LastPoll = () => Promise<Date | null>

export interface LastPollInput {
  readonly connection: Pick<NativeConnection, 'workflowService' | 'withDeadline'>
  readonly namespace: string
  readonly identity: string
}

const { TaskQueueType } = proto.temporal.api.enums.v1
const polled = [
  { name: taskQueues.pipeline, taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW },
  { name: taskQueues.pipeline, taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY },
  { name: taskQueues.mail, taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY },
] as const
const deadlineMs = 1_000

/** Asks the server, which is the one to know; while it does not answer the last that it said stands. */
export const createLastPoll = ({ connection, namespace, identity }: LastPollInput): LastPoll => {
  const seen = new Map<number, Date>()
  const ask = async ({ name, taskQueueType }: (typeof polled)[number], index: number): Promise<void> => {
    const { pollers } = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name },
      taskQueueType,
    })
    for (const poller of pollers) {
      if (poller.identity !== identity) continue
      const at = new Date(Number(poller.lastAccessTime?.seconds ?? 0) * 1_000)
      if (at > (seen.get(index) ?? 0)) seen.set(index, at)
    }
  }
  return async () => {
    await connection
      .withDeadline(Date.now() + deadlineMs, () => Promise.all(polled.map(ask)))
      .catch(() => undefined)
    const times = polled.map((_, index) => seen.get(index))
    if (times.some((time) => time === undefined)) return null
    return new Date(Math.min(...times.map((time) => Number(time))))
  }
}
