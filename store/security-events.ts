import { securityEvents } from '../domain/security-events.js'
import type { SecurityEventName } from '../domain/security-events.js'
import type { Db } from './pool.js'

/** What a person is shown of its own audit: that something happened to the account, and from where, if it was the person. */
export interface SecurityEvent {
  readonly id: string
  readonly event: SecurityEventName
  readonly at: Date
  /** Slug. */
  readonly organization: string | null
  readonly organizationName: string | null
  /** Only of what the person did: where others are says nothing to it. */
  readonly clientNetwork: string | null
}

export interface SecurityEventStore {
  /** The newest first; `after` is the id of the last one of the page before. */
  list(
    userId: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<SecurityEvent[]>
}

export const createSecurityEventStore = (db: Db): SecurityEventStore => ({
  async list(userId, { limit, after }) {
    const { rows } = await db.query<{
      id: string
      event: SecurityEventName
      at: Date
      organization: string | null
      organization_name: string | null
      client_network: string | null
    }>(
      `select e.id, e.event, e.at, o.slug as organization, o.name as organization_name, e.client_network
       from (
         select id, event, at, organization_id, case when actor_id = $1 then client_network end as client_network from audit_events
         where actor_id = $1 and actor_kind = 'user' and not (event = 'email.dropped' and target_id <> $1)
           and event = any($2) and ($3::uuid is null or id < $3)
         union
         select id, event, at, organization_id, case when actor_id = $1 then client_network end from audit_events
         where target_id = $1 and event = any($2) and ($3::uuid is null or id < $3)
         order by id desc limit $4
       ) e left join organizations o on o.id = e.organization_id order by e.id desc`,
      [userId, securityEvents, after ?? null, limit],
    )
    return rows.map(({ client_network: clientNetwork, organization_name: organizationName, ...row }) => ({
      ...row,
      organizationName,
      clientNetwork,
    }))
  },
})
