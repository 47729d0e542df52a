import { confirmationKinds, statesBefore } from '../domain/mail.js'
import type { MailFacts, MailKind, MailState } from '../domain/mail.js'
import { createMailNudges } from './mail-nudges.js'
import type { MailNudges } from './mail-nudges.js'
import { createMailOutbox } from './mail-outbox.js'
import type { MailOutbox } from './mail-outbox.js'
import type { Db } from './pool.js'

/** A mail and its tries so far: what the next try needs to know. */
export interface Mail {
  readonly id: string
  readonly kind: MailKind
  /** Null: it goes to the own address of its attempt, or to `recipient`. */
  readonly userEmailId: string | null
  /** Sealed for the purpose `mail-recipient` by the dedupe key. */
  readonly recipient: Buffer | null
  readonly dedupeKey: string
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string }
  readonly attemptId: string | null
  /** The mailed code or link that it carries. */
  readonly referenceId: string | null
  readonly facts: MailFacts
  readonly locale: string
  readonly workflowId: string
  readonly state: MailState
  readonly round: number
  /** Seconds that this round has been under way, without those in which the transport was paused. */
  readonly roundSeconds: number
  /**
   * Tries of all rounds whose message the provider may or may not have; 0 as long as this round has none: the first try of a round
   * is somebody's decision, the next ones are ours.
   */
  readonly ambiguousTries: number
  /** Seconds since the newest of them ended; null where there is none. */
  readonly secondsSinceAmbiguous: number | null
  /** Seconds that the whole transport is still paused for; 0 where it is not. */
  readonly pausedSeconds: number
  /** The database's time. */
  readonly now: Date
  readonly createdAt: Date
}

interface MailFilter {
  readonly state?: MailState
  readonly limit: number
}

/** A mail as support sees it in a list: no address, no link, no words. */
interface ListedMail {
  readonly id: string
  readonly kind: MailKind
  readonly organization: string
  readonly state: MailState
  readonly reason: string | null
  readonly round: number
  readonly tries: number
  readonly createdAt: Date
}

export interface MailStore extends MailOutbox, MailNudges {
  find(mailId: string): Promise<Mail | null>
  /** State and time of the newest mail by which each address of a user is to be confirmed. */
  statesForUser(userId: string): Promise<{ userEmailId: string; state: MailState; at: Date }[]>
  /** Moves a mail forward, where given only while it is in that round; false where it is that far already, or has ended. */
  setState(
    mailId: string,
    state: MailState,
    details?: { readonly reason?: string | null; readonly round?: number },
  ): Promise<boolean>
  /**
   * Opens the next round of a mail that is not under way; null where this request has opened one before, the mail is under way or
   * has ended.
   */
  beginRound(mailId: string, request: string): Promise<number | null>
  /** Whether this request has opened a round. */
  isRequested(mailId: string, request: string): Promise<boolean>
  /** All mails by which one address was to be confirmed are about another one from now on. */
  readdress(userEmailId: string, toUserEmailId: string): Promise<void>
  /** Mails for support, newest first. */
  list(filter: MailFilter): Promise<ListedMail[]>
  /** Names the run that delivers a mail; it has begun. */
  setWorkflow(mailId: string, workflowId: string): Promise<void>
  /** The mails that the run of an attempt delivers, oldest first; reminders belong to their mail. */
  listForAttempt(attemptId: string): Promise<string[]>
  /** The workflows of mails that have not ended and wait for this address to be confirmed. */
  workflowsOf(userEmailId: string): Promise<string[]>
  /** Ends the mails by which an address was to be confirmed. */
  closeForEmail(userEmailId: string, state: 'confirmed' | 'cancelled'): Promise<void>
  /** Whether a younger mail of the kind went to the same address. */
  isRepeated(mailId: string): Promise<boolean>
  /** Ends the reminder of a mail that is given up. */
  cancelReminder(mailId: string): Promise<void>
  /** Lengthens the budget of the round by what the mail waits for a paused transport. */
  addPausedSeconds(mailId: string, seconds: number): Promise<void>
}

interface MailRow {
  id: string
  kind: MailKind
  user_email_id: string | null
  recipient: Buffer | null
  dedupe_key: string
  organization_id: string
  organization_slug: string
  organization_name: string
  attempt_id: string | null
  reference_id: string | null
  facts: MailFacts
  locale: string
  workflow_id: string
  state: MailState
  created_at: Date
  round: number
  round_seconds: number
  ambiguous_tries: number
  seconds_since_ambiguous: number | null
  paused_seconds: number
  now: Date
}

const toMail = (row: MailRow): Mail => ({
  id: row.id,
  kind: row.kind,
  userEmailId: row.user_email_id,
  recipient: row.recipient,
  dedupeKey: row.dedupe_key,
  organization: { id: row.organization_id, slug: row.organization_slug, name: row.organization_name },
  attemptId: row.attempt_id,
  referenceId: row.reference_id,
  facts: row.facts,
  locale: row.locale,
  workflowId: row.workflow_id,
  state: row.state,
  round: row.round,
  roundSeconds: row.round_seconds,
  ambiguousTries: row.ambiguous_tries,
  secondsSinceAmbiguous: row.seconds_since_ambiguous,
  pausedSeconds: Math.max(row.paused_seconds, 0),
  now: row.now,
  createdAt: row.created_at,
})

export const createMailStore = (db: Db): MailStore => ({
  ...createMailOutbox(db),
  ...createMailNudges(db),
  async find(mailId) {
    const { rows } = await db.query<MailRow>(
      `select m.id, m.kind, m.user_email_id, m.recipient, m.dedupe_key, m.organization_id, o.slug as organization_slug,
         o.name as organization_name, m.attempt_id, m.reference_id, m.facts, m.locale, m.workflow_id, m.state, m.created_at,
         m.round, extract(epoch from app.now() - m.round_started_at)::float8 - m.paused_seconds as round_seconds,
         t.tries as ambiguous_tries, extract(epoch from app.now() - t.newest)::float8 as seconds_since_ambiguous,
         coalesce(extract(epoch from (select paused_until from mail_transport) - app.now())::float8, 0) as paused_seconds,
         app.now() as now
       from mail_messages m join organizations o on o.id = m.organization_id,
         lateral (select case when bool_or(round = m.round) then count(*)::int else 0 end as tries, max(finished_at) as newest
                  from mail_tries where mail_id = m.id and state = 'ambiguous') t
       where m.id = $1`,
      [mailId],
    )
    return rows[0] === undefined ? null : toMail(rows[0])
  },
  async statesForUser(userId) {
    const { rows } = await db.query<{ user_email_id: string; state: MailState; at: Date }>(
      `select distinct on (m.user_email_id) m.user_email_id, m.state, coalesce(t.finished_at, m.created_at) as at
       from mail_messages m join user_emails e on e.id = m.user_email_id
       left join mail_tries t on t.mail_id = m.id
       where e.user_id = $1 and m.kind = any($2) order by m.user_email_id, m.id desc, t.id desc`,
      [userId, confirmationKinds],
    )
    return rows.map((row) => ({ userEmailId: row.user_email_id, state: row.state, at: row.at }))
  },
  async setState(mailId, state, { reason, round } = {}) {
    const { rowCount } = await db.query(
      `update mail_messages set state = $2, reason = $3, touched_at = app.now()
       where id = $1 and state = any($4) and round = coalesce($5, round)`,
      [mailId, state, reason ?? null, statesBefore(state), round ?? null],
    )
    return rowCount === 1
  },
  async beginRound(mailId, request) {
    const { rows } = await db.query<{ round: number }>(
      `update mail_messages set round = round + 1, state = 'queued', reason = null, round_started_at = app.now(),
         paused_seconds = 0, touched_at = app.now(), retry_requests = retry_requests || $2::text
       where id = $1 and $2 <> all(retry_requests) and state not in ('queued', 'sending', 'confirmed', 'cancelled', 'expired')
       returning round`,
      [mailId, request],
    )
    return rows[0]?.round ?? null
  },
  async isRequested(mailId, request) {
    const { rows } = await db.query('select from mail_messages where id = $1 and $2 = any(retry_requests)', [
      mailId,
      request,
    ])
    return rows.length > 0
  },
  async readdress(userEmailId, toUserEmailId) {
    await db.query(
      'update mail_messages set user_email_id = $2 where user_email_id = $1 and kind = any($3)',
      [userEmailId, toUserEmailId, confirmationKinds],
    )
  },
  async list({ state, limit }) {
    const { rows } = await db.query<{
      id: string
      kind: MailKind
      organization: string
      state: MailState
      reason: string | null
      round: number
      tries: number
      created_at: Date
    }>(
      `select m.id, m.kind, o.slug as organization, m.state, m.reason, m.round, m.created_at,
         (select count(*)::int from mail_tries t where t.mail_id = m.id) as tries
       from mail_messages m join organizations o on o.id = m.organization_id
       where $1::text is null or m.state = $1 order by m.id desc limit $2`,
      [state ?? null, limit],
    )
    return rows.map(({ created_at: createdAt, ...row }) => ({ ...row, createdAt }))
  },
  async setWorkflow(mailId, workflowId) {
    await db.query(
      `update mail_messages set workflow_id = $2, delivery_owed_since = null, delivery_relayed_at = null where id = $1`,
      [mailId, workflowId],
    )
  },
  async closeForEmail(userEmailId, state) {
    await db.query(
      `update mail_messages set state = $2, nudge_owed_since = coalesce(nudge_owed_since, app.now())
       where user_email_id = $1 and state = any($3) and kind = any($4)`,
      [userEmailId, state, statesBefore(state), confirmationKinds],
    )
  },
  async workflowsOf(userEmailId) {
    const { rows } = await db.query<{ workflow_id: string }>(
      `select distinct workflow_id from mail_messages
       where user_email_id = $1 and kind = any($2) and state not in ('confirmed', 'cancelled', 'expired')`,
      [userEmailId, confirmationKinds],
    )
    return rows.map((row) => row.workflow_id)
  },
  async isRepeated(mailId) {
    const { rows } = await db.query(
      `select from mail_messages m join mail_messages o on o.user_email_id = m.user_email_id and o.kind = m.kind and o.id > m.id
       where m.id = $1 limit 1`,
      [mailId],
    )
    return rows.length > 0
  },
  async cancelReminder(mailId) {
    await db.query(
      `update mail_messages set state = 'cancelled' where dedupe_key = 'confirmation_reminder/' || $1 and state = any($2)`,
      [mailId, statesBefore('cancelled')],
    )
  },
  async addPausedSeconds(mailId, seconds) {
    await db.query(
      'update mail_messages set paused_seconds = paused_seconds + $2, touched_at = app.now() where id = $1',
      [mailId, Math.ceil(seconds)],
    )
  },
  async listForAttempt(attemptId) {
    const { rows } = await db.query<{ id: string }>(
      `select id from mail_messages where attempt_id = $1 and kind in ('confirmation', 'already_have_account') order by id`,
      [attemptId],
    )
    return rows.map((row) => row.id)
  },
})
