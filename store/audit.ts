import type { AuditData, AuditEventName, AuditTarget } from '../domain/audit-events.js'
import type { Db } from './pool.js'

/** A row of the audit about one event. */
export interface AuditEventOf<Event extends AuditEventName> {
  readonly event: Event
  readonly actor: { readonly kind: 'user' | 'staff' | 'system'; readonly id?: string }
  readonly organizationId: string | null
  readonly attemptId: string | null
  readonly target: AuditTarget<Event>
  /** IPv4 address or IPv6 /64 of the browser, where a browser was the cause. */
  readonly clientNetwork?: string | null
  readonly data: AuditData<Event>
}

export type AuditEvent = { [Event in AuditEventName]: AuditEventOf<Event> }[AuditEventName]

export interface AuditStore {
  /** Appends events in the transaction of the change that they tell. */
  record(...events: AuditEvent[]): Promise<void>
  /** The same for what is done again and again: nothing where this actor did it to this attempt within the last hour. */
  recordHourly(event: AuditEvent): Promise<void>
}

const columns =
  'event, actor_kind, actor_id, organization_id, target_kind, target_id, attempt_id, client_network, data'

/**
 * The insert of audit rows, for a statement that writes them together with what they tell.
 * @param parameter the one that holds `auditValue`
 * @param change part of that statement that returns its row where the change was made: without one, nothing is told
 */
export const insertAudit = (parameter: string, change?: string): string =>
  `insert into audit_events (${columns})
   select ${columns} from jsonb_to_recordset(${parameter}::jsonb) as e(
     event text, actor_kind text, actor_id text, organization_id uuid, target_kind text, target_id text,
     attempt_id uuid, client_network text, data jsonb)${change === undefined ? '' : ` where exists (select from ${change})`}`

/** What `insertAudit` reads. */
export const auditValue = (events: readonly AuditEvent[]): string =>
  JSON.stringify(
    events.map((event) => ({
      event: event.event,
      actor_kind: event.actor.kind,
      actor_id: event.actor.id ?? null,
      organization_id: event.organizationId,
      target_kind: event.target?.kind ?? null,
      target_id: event.target?.id ?? null,
      attempt_id: event.attemptId,
      client_network: event.clientNetwork ?? null,
      data: event.data,
    })),
  )

export const createAuditStore = (db: Db): AuditStore => ({
  async record(...events) {
    await db.query(insertAudit('$1'), [auditValue(events)])
  },
  async recordHourly(event) {
    await db.query(
      `with due as (
         select where not exists (
           select from audit_events where attempt_id = $2 and actor_id = $3 and event = $4 and at > app.now() - interval '1 hour')
       ) ${insertAudit('$1', 'due')}`,
      [auditValue([event]), event.attemptId, event.actor.id, event.event],
    )
  },
})
