import { statesBefore } from '../domain/mail.js'
import type { MailState, TryState } from '../domain/mail.js'
import type { MailEventName } from '../domain/mail-event.js'
import { auditValue, insertAudit } from './audit.js'
import type { AuditEvent } from './audit.js'
import type { Db } from './pool.js'

/** A try with the mail that it belongs to. */
export interface MailTry {
  readonly id: string
  readonly state: TryState
  readonly mailId: string
  readonly mailState: MailState
  readonly round: number
  readonly workflowId: string
  readonly organizationId: string
  readonly attemptId: string | null
}

export interface NewMailEvent {
  readonly tryId: string
  readonly event: MailEventName
  readonly reason: string | null
  readonly at: Date
}

export interface MailTryStore {
  /**
   * One at a time decides what the next try of a mail is, until the transaction ends: of three at once, the second would act on what
   * it read before the third gave the first one's try up. Nobody who holds a row waits for this.
   */
  takeTurn(mailId: string): Promise<void>
  /**
   * For who works on this round while it is the mail's: a try that was opened and never closed belongs to a process that died, or to
   * one that is too slow to be trusted. From now on it is ambiguous.
   */
  giveUpOpenTries(mailId: string, round: number): Promise<void>
  /**
   * Opens the next try of the round. Null where another one is open, or the mail is not to be sent any more. The number is ours, not
   * Temporal's: several runs may come to work on a round, and an operator may reset an activity to its first attempt.
   */
  openTry(mailId: string, round: number): Promise<{ id: string } | null>
  /** Closes an open try that was not accepted; false where it was given up meanwhile, or the provider told of it. */
  closeTry(tryId: string, state: 'failed' | 'refused' | 'ambiguous', reason: string): Promise<boolean>
  /**
   * The provider has the message, also where the try was given up: that it was ambiguous is over then. The mail is accepted where it is
   * in the try's round still and not further already.
   * @returns whether the mail moved; otherwise nothing is told
   */
  acceptTry(tryId: string, providerMessageId: string | null, ...audit: AuditEvent[]): Promise<boolean>
  /** The try and its mail, unchanged by others until the transaction ends; null where no try has that id. */
  lock(tryId: string): Promise<MailTry | null>
  /** Keeps what the provider told; false where it told the same before. */
  recordEvent(event: NewMailEvent): Promise<boolean>
  setState(tryId: string, state: TryState, reason: string | null): Promise<void>
}

export const createMailTryStore = (db: Db): MailTryStore => ({
  async takeTurn(mailId) {
    await db.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`mail/${mailId}`])
  },
  async giveUpOpenTries(mailId, round) {
    await db.query(
      `update mail_tries t set state = 'ambiguous', reason = 'worker_lost', finished_at = app.now()
       from mail_messages m
       where m.id = t.mail_id and t.mail_id = $1 and t.state = 'sending' and m.round = $2 and m.state in ('queued', 'sending')`,
      [mailId, round],
    )
  },
  async openTry(mailId, round) {
    const { rows } = await db.query<{ id: string }>(
      `with m as (
         update mail_messages set state = 'sending', touched_at = app.now()
         where id = $1 and round = $2 and state in ('queued', 'sending')
           and not exists (select from mail_tries where mail_id = $1 and state = 'sending')
         returning id
       )
       insert into mail_tries (mail_id, round, attempt)
       select id, $2, 1 + (select count(*) from mail_tries where mail_id = $1 and round = $2) from m
       on conflict on constraint mail_tries_once do nothing
       returning id`,
      [mailId, round],
    )
    return rows[0] ?? null
  },
  async closeTry(tryId, state, reason) {
    const { rowCount } = await db.query(
      `update mail_tries set state = $2, reason = $3, finished_at = app.now() where id = $1 and state = 'sending'`,
      [tryId, state, reason],
    )
    return rowCount === 1
  },
  async acceptTry(tryId, providerMessageId, ...audit) {
    const { rowCount } = await db.query(
      `with accepted as (
         update mail_tries set provider_message_id = $2, finished_at = app.now(),
           state = case when state in ('sending', 'ambiguous') then 'accepted' else state end
         where id = $1 returning mail_id, round
       ), moved as (
         update mail_messages m set state = 'accepted', reason = null, touched_at = app.now() from accepted
         where m.id = accepted.mail_id and m.round = accepted.round and m.state = any($3) returning m.id
       ), audited as (${insertAudit('$4', 'moved')})
       select from moved`,
      [tryId, providerMessageId, statesBefore('accepted'), auditValue(audit)],
    )
    return rowCount === 1
  },
  async lock(tryId) {
    const { rows } = await db.query<{
      id: string
      state: TryState
      mail_id: string
      mail_state: MailState
      round: number
      workflow_id: string
      organization_id: string
      attempt_id: string | null
    }>(
      `select t.id, t.state, m.id as mail_id, m.state as mail_state, t.round, m.workflow_id,
         m.organization_id, m.attempt_id
       from mail_tries t join mail_messages m on m.id = t.mail_id where t.id = $1 for update`,
      [tryId],
    )
    const [row] = rows
    if (row === undefined) return null
    return {
      id: row.id,
      state: row.state,
      mailId: row.mail_id,
      mailState: row.mail_state,
      round: row.round,
      workflowId: row.workflow_id,
      organizationId: row.organization_id,
      attemptId: row.attempt_id,
    }
  },
  async recordEvent({ tryId, event, reason, at }) {
    const { rowCount } = await db.query(
      `insert into mail_events (try_id, event, reason, at) values ($1, $2, $3, $4) on conflict do nothing`,
      [tryId, event, reason, at],
    )
    return rowCount === 1
  },
  async setState(tryId, state, reason) {
    await db.query(
      `update mail_tries set state = $2, reason = coalesce($3, reason), finished_at = coalesce(finished_at, app.now()) where id = $1`,
      [tryId, state, reason],
    )
  },
})
