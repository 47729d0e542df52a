import { WorkflowNotFoundError } from '@temporalio/client'
import type { Client } from '@temporalio/client'

/** What Temporal still has of a run; its payloads stay where they are. */
export interface RunStory {
  readonly runId: string
  /** As Temporal names it: `RUNNING`, `COMPLETED`, `TERMINATED` … */
  readonly status: string
  readonly startedAt: Date
  readonly closedAt: Date | null
  readonly events: readonly RunEvent[]
  /** Activities that are under way or wait for their next try. */
  readonly pending: readonly {
    readonly activity: string
    readonly attempt: number
    readonly nextAt: Date | null
  }[]
}

interface RunEvent {
  readonly id: number
  readonly at: Date
  /** `WorkflowExecutionSignaled`, `TimerStarted` … */
  readonly type: string
  /** Name of the signal, update or activity; null where there is none. */
  readonly name: string | null
}

/** The story of the newest run of an id; null where Temporal has none, or none any more. */
export const readRunStory = async (client: Client, workflowId: string): Promise<RunStory | null> => {
  const handle = client.workflow.getHandle(workflowId)
  try {
    // First: of a run that is not there, a history that is fetched says so only in gRPC's words.
    const description = await handle.describe()
    const history = await handle.fetchHistory()
    return {
      runId: description.runId,
      status: description.status.name,
      startedAt: description.startTime,
      closedAt: description.closeTime ?? null,
      events: (history.events ?? []).map(toEvent).filter(({ type }) => !type.startsWith('WorkflowTask')),
      pending: (description.raw.pendingActivities ?? []).map((pending) => ({
        activity: pending.activityType?.name ?? '',
        attempt: pending.attempt ?? 1,
        nextAt: toDate(pending.nextAttemptScheduleTime ?? pending.scheduledTime),
      })),
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>
type HistoryEvent = NonNullable<History['events']>[number]

const toEvent = (event: HistoryEvent): RunEvent => {
  const attributes = Object.keys(event).find((key) => key.endsWith('EventAttributes')) ?? ''
  const type = attributes.replace(/EventAttributes$/, '')
  return {
    id: Number(event.eventId ?? 0),
    at: toDate(event.eventTime) ?? new Date(0),
    type: type.charAt(0).toUpperCase() + type.slice(1),
    name: nameOf(event),
  }
}

const nameOf = (event: HistoryEvent): string | null =>
  event.workflowExecutionSignaledEventAttributes?.signalName ??
  event.activityTaskScheduledEventAttributes?.activityType?.name ??
  event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name ??
  event.workflowExecutionStartedEventAttributes?.workflowType?.name ??
  event.markerRecordedEventAttributes?.markerName ??
  null

/** Seconds come as a number, or as the object that stands for a large one. */
const toDate = (time: { seconds?: unknown; nanos?: number | null } | null | undefined): Date | null => {
  const seconds = Number(time?.seconds ?? 0)
  return seconds === 0 ? null : new Date(seconds * 1000 + (time?.nanos ?? 0) / 1e6)
}
