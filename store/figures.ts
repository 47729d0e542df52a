import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** How the whole system stands, whichever process asks. */
interface Figures {
  readonly openAttempts: Readonly<Record<string, number>>
  /** Mails that somebody waits for or that need somebody, by state; a notice that is out is neither. */
  readonly mails: Readonly<Record<string, number>>
  /** Age of the oldest row that the relay owes to Temporal, an attempt's or a mail's; 0 where it owes none. */
  readonly owedSeconds: number
  /** From an accepted decision to its outcome, over the last 5 min; a decision without outcome counts with its age. */
  readonly decisionToOutcome: {
    readonly count: number
    readonly p50: number
    readonly p95: number
    readonly p99: number
  }
  /** Seconds for which no mail is sent any more; 0 where mail flows. */
  readonly mailPausedSeconds: number
}

export interface FigureStore {
  read(): Promise<Figures>
  /** Until when no mail is sent, and why; null where mail flows. */
  mailPause(): Promise<{ until: Date; reason: string } | null>
}

/** Of other stores' tables only counts and times are read here, each by an index of what is open. */
export const createFigureStore = (db: Db): FigureStore => ({
  async read() {
    const { rows } = await db.query<{
      open: Record<string, number>
      mails: Record<string, number>
      owed: number
      count: number
      quantiles: [number, number, number] | null
      paused: number
    }>(`
      select
        (select coalesce(jsonb_object_agg(stage, n), '{}')
         from (select stage, count(*) as n from attempts where outcome is null group by stage) s) as open,
        (select coalesce(jsonb_object_agg(state, n), '{}')
         from (select state, count(*) as n from mail_messages
               where state not in ('confirmed', 'cancelled', 'expired')
                 and (kind = 'confirmation' or state not in ('accepted', 'delivered')) group by state) m) as mails,
        (select coalesce(greatest(extract(epoch from app.now() - min(since)), 0), 0)::float from (
           select min(created_at) as since from attempts
           where started_at is null and stage in ('awaiting_decision', 'finishing')
           union all
           select min(d.created_at) from attempts a join decisions d on d.attempt_id = a.id where a.stage = 'finishing'
           union all
           select min(nudge_owed_since) from attempts where nudge_owed_since is not null
           union all
           select min(nudge_owed_since) from mail_messages where nudge_owed_since is not null
           union all
           select min(delivery_owed_since) from mail_messages where delivery_owed_since is not null) owed) as owed,
        recent.count, recent.quantiles,
        (select coalesce(greatest(extract(epoch from max(paused_until) - app.now()), 0), 0)::float from mail_transport) as paused
      from (
        select count(*)::int as count, percentile_cont(array[0.5, 0.95, 0.99])
          within group (order by extract(epoch from coalesce(a.ended_at, app.now()) - d.created_at)) as quantiles
        from decisions d join attempts a on a.id = d.attempt_id
        where d.created_at > app.now() - interval '5 min') recent`)
    const { open, mails, owed, count, quantiles, paused } = onlyRow(rows)
    const [p50, p95, p99] = quantiles ?? [0, 0, 0]
    return {
      openAttempts: open,
      mails,
      owedSeconds: owed,
      decisionToOutcome: { count, p50, p95, p99 },
      mailPausedSeconds: paused,
    }
  },
  async mailPause() {
    const { rows } = await db.query<{ paused_until: Date; reason: string | null }>(
      'select paused_until, reason from mail_transport where paused_until > app.now()',
    )
    const [row] = rows
    return row === undefined ? null : { until: row.paused_until, reason: row.reason ?? 'unknown' }
  },
})
