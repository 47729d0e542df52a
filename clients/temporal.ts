import {
  Client,
  Connection,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client'
import type { HistoryAndWorkflowId } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import type { Choice } from '../domain/attempt.js'
import { authPipelineWorkflowId, bulkMailWorkflowId, mailDeliveryWorkflowId } from '../domain/workflow-ids.js'
import {
  authPipelineWorkflowType,
  labels,
  bulkMailWorkflowType,
  bulkNudge,
  mailDeliveryWorkflowType,
  mailNudge,
  searchAttributes,
  taskQueues,
  updates,
  workflowTaskTimeout,
} from '../workflows/contract.js'
import type {
  AuthPipelineInput,
  BulkMailInput,
  ExtendRequest,
  MailDeliveryInput,
  Nudge,
} from '../workflows/contract.js'
import type { Keyring } from './keyring.js'
import { createDataConverter } from './payload-codec.js'
import { readRunStory } from './run-story.js'
import type { RunStory } from './run-story.js'

/** Which run to speak to, and what it starts with. */
export interface PipelineRun {
  readonly attemptId: string
  readonly organizationId: string
  readonly providerId: string
  readonly expiresAt: Date
}

/** What stands of a run so far. */
export type OpenHistory = HistoryAndWorkflowId

export interface PipelineClient {
  readonly namespace: string
  /** Starts the run, or finds the one that was started before. */
  start(run: PipelineRun): Promise<void>
  /** Wakes the run, and starts it first where nobody has: a bare signal to a run that does not exist is lost. */
  startAndNudge(run: PipelineRun, choice: Choice): Promise<void>
  /** Wakes the run. False where it does not exist or has ended. */
  nudge(run: Pick<PipelineRun, 'organizationId' | 'attemptId'>, name: Nudge): Promise<boolean>
  /** Wakes the run that delivers a mail. False where it does not exist or has ended. */
  nudgeMail(workflowId: string): Promise<boolean>
  /** Whether a run of that id is open. */
  isOpen(workflowId: string): Promise<boolean>
  /** Starts a delivery run of a mail's own, or finds the one that is open. Its activities inherit the urgency. */
  startDelivery(input: MailDeliveryInput, urgency?: Urgency): Promise<void>
  /** Has the backlog of an organization's mails to its members written; the run that does so looks again where one is open. */
  startBulkMail(organizationId: string): Promise<void>
  /**
   * Asks the run of an attempt for more time. Repeated with the same `requestId` it is one request.
   * @throws where the run has not answered within 10 s: it may still do it
   */
  extend(workflowId: string, request: ExtendRequest, requestId: string): Promise<ExtendAnswer>
  /** The histories of all open runs of the namespace, fetched as they are asked for. */
  openHistories(): AsyncIterable<OpenHistory>
  /** The history of a run; null where Temporal has none. */
  history(workflowId: string): Promise<OpenHistory | null>
  /** What Temporal still has of a run; null where it has nothing. */
  story(workflowId: string): Promise<RunStory | null>
  /** Whether the server answers within the deadline. */
  reachable(): Promise<boolean>
  close(): Promise<void>
}

/** Whose tasks go first where many wait, and among whom the others are shared out (spec: mail, "limits"). */
interface Urgency {
  /** 1 to 5; a smaller number goes first. */
  readonly priority: number
  readonly organizationId: string
}

/** `not_open` where no such run is open. */
type ExtendAnswer = 'noted' | 'refused' | 'not_open'

/** Milliseconds for an answer of a worker, which may have to load the run first. */
const answerDeadlineMs = 10_000

/** A call to Temporal never holds a person up longer than this; the relay goes on with what was not told in time. */
const callDeadlineMs = 1_000

/**
 * A client on a connection that is made at the first call, so that the API starts and answers while Temporal is away.
 * Address, namespace and credentials come from `TEMPORAL_*` variables or a profile file.
 */
export const createPipelineClient = (
  env: Record<string, string | undefined>,
  keyring: Keyring,
): PipelineClient => {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({
    overrideEnvVars: definedOnly(env),
  })
  const connection = Connection.lazy(connectionOptions)
  const client = new Client({ connection, namespace, dataConverter: createDataConverter(keyring, namespace) })
  const underWay = new Set<Promise<unknown>>()
  const within = <T>(ms: number, call: () => Promise<T>): Promise<T> => {
    const answer = connection.withDeadline(Date.now() + ms, call).finally(() => underWay.delete(answer))
    underWay.add(answer)
    return answer
  }
  const soon = <T>(call: () => Promise<T>): Promise<T> => within(callDeadlineMs, call)
  const signal = (workflowId: string, name: string): Promise<boolean> =>
    soon(async () => {
      try {
        await client.workflow.getHandle(workflowId).signal(name)
        return true
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false
        throw error
      }
    })

  return {
    namespace,
    start: (run) =>
      soon(async () => {
        try {
          await client.workflow.start(authPipelineWorkflowType, {
            ...startOptions(run),
            workflowIdConflictPolicy: 'USE_EXISTING',
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
          })
        } catch (error) {
          // The run came to its end before: an outcome stands, or the relay begins another run.
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
        }
      }),
    startAndNudge: (run, choice) =>
      soon(async () => {
        await client.workflow.signalWithStart(authPipelineWorkflowType, {
          ...startOptions(run),
          // A run that was terminated has not carried out the decision: another one may.
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
          signal: choice,
          signalArgs: [],
        })
      }),
    nudge: (run, name) => signal(authPipelineWorkflowId(run.organizationId, run.attemptId), name),
    nudgeMail: (workflowId) => signal(workflowId, mailNudge),
    isOpen: (workflowId) =>
      soon(async () => {
        try {
          return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING'
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false
          throw error
        }
      }),
    startDelivery: (input, urgency) =>
      soon(async () => {
        await client.workflow.start(mailDeliveryWorkflowType, {
          workflowId: mailDeliveryWorkflowId(input.mailId),
          taskQueue: taskQueues.pipeline,
          workflowTaskTimeout,
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: labels.delivery,
          ...(urgency === undefined ? {} : { priority: toPriority(urgency) }),
        })
      }),
    startBulkMail: (organizationId) =>
      soon(async () => {
        await client.workflow.signalWithStart(bulkMailWorkflowType, {
          workflowId: bulkMailWorkflowId(organizationId),
          taskQueue: taskQueues.pipeline,
          args: [{ organizationId } satisfies BulkMailInput],
          signal: bulkNudge,
          signalArgs: [],
          staticSummary: labels.bulkMail,
          typedSearchAttributes: [{ key: searchAttributes.organization, value: organizationId }],
        })
      }),
    extend: (workflowId, request, requestId) =>
      within(answerDeadlineMs, async () => {
        try {
          await client.workflow
            .getHandle(workflowId)
            .executeUpdate(updates.extend, { args: [request], updateId: requestId })
          return 'noted'
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return 'not_open'
          if (error instanceof WorkflowUpdateFailedError) return 'refused'
          throw error
        }
      }),
    openHistories: () => client.workflow.list({ query: 'ExecutionStatus = "Running"' }).intoHistories(),
    history: async (workflowId) => {
      try {
        const handle = client.workflow.getHandle(workflowId)
        await handle.describe()
        return { workflowId, history: await handle.fetchHistory() }
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null
        throw error
      }
    },
    story: (workflowId) => soon(() => readRunStory(client, workflowId)),
    reachable: () =>
      soon(() => connection.workflowService.getSystemInfo({})).then(
        () => true,
        () => false,
      ),
    async close() {
      // A call that waits to be repeated would throw where nobody can catch it.
      await Promise.allSettled(underWay)
      await connection.close()
    },
  }
}

const startOptions = (run: PipelineRun) => ({
  workflowId: authPipelineWorkflowId(run.organizationId, run.attemptId),
  taskQueue: taskQueues.pipeline,
  workflowTaskTimeout,
  args: [{ attemptId: run.attemptId, deadline: run.expiresAt.getTime() } satisfies AuthPipelineInput],
  staticSummary: labels.signIn,
  // Somebody looks at a page: nothing goes before it.
  priority: toPriority({ priority: 1, organizationId: run.organizationId }),
  typedSearchAttributes: [
    { key: searchAttributes.organization, value: run.organizationId },
    { key: searchAttributes.provider, value: run.providerId },
    { key: searchAttributes.stage, value: 'awaiting_decision' },
    { key: searchAttributes.deadline, value: run.expiresAt },
  ],
})

const toPriority = ({ priority, organizationId }: Urgency) => ({
  priorityKey: priority,
  fairnessKey: organizationId,
})

const definedOnly = (env: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))
