import { z } from 'zod'
import { isOut } from '../../domain/mail.js'
import { afterEvent, mailEventNames } from '../../domain/mail-event.js'
import type { ToldState } from '../../domain/mail-event.js'
import { isUuid } from '../../domain/uuid.js'
import type { AuditEvent } from '../../store/audit.js'
import type { MailTry, NewMailEvent } from '../../store/mail-tries.js'
import type { Stores } from '../../store/stores.js'
import { wakeRuns } from '../../support/wake-runs.js'
import type { ApiDependencies } from '../dependencies.js'

/** The year 2100, in seconds: what is later is no time. */
const latestTime = 4_102_444_800

/** One entry of SendGrid's event webhook, as far as we read it. `try_id` is the custom argument of our send. */
const entry = z.object({
  event: z.enum(mailEventNames),
  try_id: z.string().refine(isUuid),
  timestamp: z.number().int().positive().max(latestTime),
  type: z.string().optional().catch(undefined),
  status: z.string().optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
})

/** The events in a webhook's body that are about a try of ours; everything else is none of our business. */
export const readMailEvents = (body: unknown): NewMailEvent[] =>
  (Array.isArray(body) ? body : []).flatMap((item: unknown) => {
    const { success, data } = entry.safeParse(item)
    return success
      ? [
          {
            tryId: data.try_id,
            event: data.event,
            reason: reasonOf(data),
            at: new Date(data.timestamp * 1000),
          },
        ]
      : []
  })

/** A word of SendGrid's, an enhanced status code (RFC 3463), a reason of SendGrid's own list: never what a mailbox wrote. */
const harmless = {
  type: /^[a-z]{1,20}$/,
  status: /^[245]\.\d{1,3}\.\d{1,3}$/,
  reason: /^[A-Za-z]+( [A-Za-z]+){0,5}$/,
}

const reasonOf = (data: z.output<typeof entry>): string | null => {
  const known = [
    harmless.type.test(data.type ?? '') ? data.type : null,
    harmless.status.test(data.status ?? '') ? data.status : null,
    data.event === 'dropped' && harmless.reason.test(data.reason ?? '') ? data.reason : null,
  ]
  const words = known.filter((word) => word !== null)
  return words.length === 0 ? null : words.join(' ').slice(0, 100)
}

/**
 * Notes what the mail provider tells: late, twice and out of order as it may come, a try only moves forward. Then wakes the runs
 * whose mails it was about. An event never confirms an address.
 */
export const receiveMailEvents = async (
  { database, pipelines, log }: ApiDependencies,
  events: readonly NewMailEvent[],
): Promise<void> => {
  const moved = new Set<string>()
  for (const event of events) {
    const workflowId = await database.transaction((stores) => receive(stores, event))
    if (workflowId !== null) moved.add(workflowId)
  }
  await wakeRuns({ pipelines, log }, [...moved])
}

/** @returns the run to wake, where the mail has moved */
const receive = async (stores: Stores, event: NewMailEvent): Promise<string | null> => {
  const known = await stores.mailTries.lock(event.tryId)
  if (known === null || !(await stores.mailTries.recordEvent(event))) return null
  const state = afterEvent(known.state, event.event)
  if (state === null) return null
  await stores.mailTries.setState(known.id, state, event.reason)
  if (!(await stores.mail.setState(known.mailId, state, { reason: event.reason, round: known.round })))
    return null
  await stores.mail.oweNudge(known.mailId)
  const audited = auditOf(known, state, event)
  if (audited !== null) await stores.audit.record(audited)
  return known.workflowId
}

/** That it came back; and that the provider has it, where no answer had told so. */
const auditOf = (known: MailTry, state: ToldState, { reason }: NewMailEvent): AuditEvent | null => {
  if (isOut(state) && isOut(known.mailState)) return null
  const { round } = known
  const common = {
    actor: { kind: 'system' },
    organizationId: known.organizationId,
    attemptId: known.attemptId,
    target: { kind: 'mail', id: known.mailId },
  } as const
  return isOut(state)
    ? { ...common, event: 'mail.accepted', data: { round } }
    : { ...common, event: 'mail.bounced', data: { round, state, reason } }
}
