import type { Choice } from '../domain/attempt.js'
import type { Db } from './pool.js'

/** An attempt that Temporal has to know of, and the choice to nudge it with, where one was made. */
interface Owed {
  readonly attemptId: string
  readonly organizationId: string
  readonly providerId: string
  readonly expiresAt: Date
  readonly choice: Choice | null
}

/** An attempt that should have ended by itself. */
export interface Overdue {
  readonly attemptId: string
  /** The provider never answered, so there was never a run. */
  readonly unanswered: boolean
}

export interface OwedStore {
  /**
   * Claims up to `limit` rows whose effect does not stand yet: attempts whose run was never started, and decisions without an
   * outcome, older than 2 s. A claim lasts 10 s; a row whose effect still does not stand then is handed out again, whatever
   * Temporal answered before (ARCHITECTURE.md, "Relay").
   */
  claim(limit: number): Promise<Owed[]>
  /** Attempts that have ended, and whose run has not read it: claimed for 10 s, until `markHeard`. */
  claimEnded(limit: number): Promise<{ readonly attemptId: string; readonly organizationId: string }[]>
  /** The run of an attempt has read that it has ended, or is over and need not. */
  markHeard(attemptId: string): Promise<void>
  /** Attempts without outcome that are 5 min past their deadline, by id from the one after `after` on. */
  listOverdue(limit: number, after: string | null): Promise<Overdue[]>
}

export const createOwedStore = (db: Db): OwedStore => ({
  async claim(limit) {
    const { rows } = await db.query<{
      id: string
      organization_id: string
      provider_id: string
      expires_at: Date
      choice: Choice | null
    }>(
      `with undecided as (
         select id from attempts
         where started_at is null and stage in ('awaiting_decision', 'finishing') and created_at < app.now() - interval '2 s'
           and coalesce(relayed_at < app.now() - interval '10 s', true)
         order by created_at limit $1 for update skip locked
       ), unsettled as (
         select a.id from attempts a join decisions d on d.attempt_id = a.id
         where a.stage = 'finishing' and d.created_at < app.now() - interval '2 s'
           and (d.signalled_at is null or d.signalled_at < app.now() - interval '10 s')
           and coalesce(a.relayed_at < app.now() - interval '10 s', true)
         order by d.created_at limit $1 for update of a skip locked
       )
       update attempts a set relayed_at = app.now()
       from (select id from undecided union select id from unsettled) owed
       left join decisions d on d.attempt_id = owed.id
       where a.id = owed.id
       returning a.id, a.organization_id, a.provider_id, a.expires_at, d.choice`,
      [limit],
    )
    return rows.map((row) => ({
      attemptId: row.id,
      organizationId: row.organization_id,
      providerId: row.provider_id,
      expiresAt: row.expires_at,
      choice: row.choice,
    }))
  },
  async claimEnded(limit) {
    const { rows } = await db.query<{ id: string; organization_id: string }>(
      `update attempts set relayed_at = app.now()
       where id in (select id from attempts
                    where nudge_owed_since is not null and coalesce(relayed_at < app.now() - interval '10 s', true)
                    order by nudge_owed_since limit $1 for update skip locked)
       returning id, organization_id`,
      [limit],
    )
    return rows.map((row) => ({ attemptId: row.id, organizationId: row.organization_id }))
  },
  async markHeard(attemptId) {
    await db.query(
      'update attempts set nudge_owed_since = null where id = $1 and nudge_owed_since is not null',
      [attemptId],
    )
  },
  async listOverdue(limit, after) {
    const { rows } = await db.query<{ id: string; unanswered: boolean }>(
      `select id, stage = 'awaiting_provider' as unanswered from attempts
       where outcome is null and expires_at < app.now() - interval '5 min' and ($2::uuid is null or id > $2)
       order by id limit $1`,
      [limit, after],
    )
    return rows.map(({ id, unanswered }) => ({ attemptId: id, unanswered }))
  },
})
