import type { RunStory } from '../clients/run-story.js'
import type { TryState } from '../domain/mail.js'
import type { AttemptStory, StoryEvent, StoryMail } from '../store/attempt-story.js'
import type { SupportDependencies } from './act.js'

/** One thing that happened: who, what, when; as the JSON API says it, and the page puts it into words. */
export interface TimelineEntry {
  readonly at: Date
  /** Where it stands: the audit, a try to send a mail, what the mail provider told, or the run's history. */
  readonly source: 'audit' | 'mail' | 'provider' | 'run'
  /** The audit's event, a try's state, the provider's event, or the history's event type. */
  readonly event: string
  readonly actor: { readonly kind: 'user' | 'staff' | 'system'; readonly name: string | null }
  /** Slug of the organization, and the attempt, that it belongs to; null where it belongs to none, or no audit row tells. */
  readonly organization: string | null
  readonly attemptId: string | null
  readonly data: Readonly<Record<string, unknown>>
}

/** Postgres' story of an attempt, joined with its runs' histories as long as Temporal has them; oldest first. */
export const timelineOf = async (
  { database }: Pick<SupportDependencies, 'database'>,
  story: Pick<AttemptStory, 'events' | 'mails'>,
  runs: readonly RunStory[],
): Promise<TimelineEntry[]> => {
  const staffIds = story.events.flatMap(({ actor }) =>
    actor.kind === 'staff' && actor.id !== null ? [actor.id] : [],
  )
  const names = staffIds.length === 0 ? new Map<string, string>() : await database.staff.names(staffIds)
  const entries = [
    ...story.events.map((event) => fromAudit(event, names)),
    ...story.mails.flatMap(fromMail),
    ...runs.flatMap(fromRun),
  ]
  return entries.toSorted((one, other) => one.at.getTime() - other.at.getTime())
}

/** Whatever is not from the audit. */
const untold = {
  actor: { kind: 'system', name: null },
  organization: null,
  attemptId: null,
} as const

/** How a try stood when it was over: what the provider told of it afterwards stands on lines of its own. */
const stateAtEnd = ({ finishedAt, taken, state }: StoryMail['tries'][number]): TryState =>
  finishedAt === null ? 'sending' : taken ? 'accepted' : state

export const fromAudit = (
  { at, event, actor, organization, attemptId, target, clientNetwork, data }: StoryEvent,
  names: ReadonlyMap<string, string>,
): TimelineEntry => ({
  at,
  source: 'audit',
  event,
  actor: { kind: actor.kind, name: actor.id === null ? null : (names.get(actor.id) ?? actor.id) },
  organization,
  attemptId,
  data: {
    ...data,
    ...(target === null ? {} : { target: `${target.kind} ${target.id}` }),
    ...(clientNetwork === null ? {} : { network: clientNetwork }),
  },
})

const fromMail = ({ id, kind, tries }: StoryMail): TimelineEntry[] =>
  tries.flatMap((one) => [
    {
      ...untold,
      at: one.finishedAt ?? one.startedAt,
      source: 'mail' as const,
      event: stateAtEnd(one),
      data: {
        mail: id,
        kind,
        round: one.round,
        try: one.attempt,
        ...(one.reason === null ? {} : { provider_said: one.reason }),
        started_at: one.startedAt.toISOString(),
      },
    },
    ...one.events.map((told) => ({
      ...untold,
      at: told.at,
      source: 'provider' as const,
      event: told.event,
      data: {
        mail: id,
        round: one.round,
        try: one.attempt,
        ...(told.reason === null ? {} : { provider_said: told.reason }),
      },
    })),
  ])

const fromRun = ({ runId, events }: RunStory): TimelineEntry[] =>
  events.map(({ id, at, type, name }) => ({
    ...untold,
    at,
    source: 'run',
    event: type,
    data: { event_id: id, run: runId, ...(name === null ? {} : { name }) },
  }))
