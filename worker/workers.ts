import type { DataConverter } from '@temporalio/common'
import { Worker } from '@temporalio/worker'
import type { NativeConnection, WorkflowBundleOption } from '@temporalio/worker'
import { createMailActivities, createPipelineActivities } from '../activities/activities.js'
import type { MailDependencies } from '../activities/dependencies.js'
import { taskQueues } from '../workflows/contract.js'
import { heartbeatMs, withHeartbeats } from './heartbeats.js'

export interface WorkersInput {
  readonly connection: NativeConnection
  readonly namespace: string
  /** What the server calls this process; the SDK's choice where absent. */
  readonly identity?: string
  readonly workflowBundle: WorkflowBundleOption
  readonly dataConverter: DataConverter
  readonly dependencies: MailDependencies
}

/** One mail attempt takes at most 12 s; it may end before the process does. */
const graceMs = 15_000
const forceMs = 20_000
/** A run whose worker died is taken over after this long; people wait for it. */
const stickyMs = 3_000

/** One worker for the pipeline's queue, one for the mail's: a slow mail provider holds up no decision. */
export const createWorkers = async (input: WorkersInput): Promise<Worker[]> => {
  const { connection, namespace, identity, workflowBundle, dataConverter, dependencies } = input
  const common = {
    connection,
    namespace,
    dataConverter,
    ...(identity === undefined ? {} : { identity }),
    shutdownGraceTime: graceMs,
    shutdownForceTime: forceMs,
  }
  return [
    await Worker.create({
      ...common,
      taskQueue: taskQueues.pipeline,
      workflowBundle,
      activities: createPipelineActivities(dependencies),
      stickyQueueScheduleToStartTimeout: stickyMs,
    }),
    await Worker.create({
      ...common,
      taskQueue: taskQueues.mail,
      activities: { sendMail: withHeartbeats(createMailActivities(dependencies).sendMail) },
      // The SDK would hold them back until 4.8 s of the 6 s are over.
      maxHeartbeatThrottleInterval: heartbeatMs,
      maxConcurrentActivityTaskExecutions: 50,
    }),
  ]
}
