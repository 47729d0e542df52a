import type { MailFacts, MailKind } from '../domain/mail.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

interface NewMailOfAnyAddress {
  readonly kind: MailKind
  readonly organizationId: string
  readonly attemptId: string | null
  /** The mailed code or link that its words carry. */
  readonly referenceId?: string
  readonly facts?: MailFacts
  /** Two mails of one key are one mail. */
  readonly dedupeKey: string
}

interface NewMail extends NewMailOfAnyAddress {
  /** Null: the own address of the attempt, or `recipient`. */
  readonly userEmailId: string | null
  /** Sealed for the purpose `mail-recipient` by the dedupe key: an address that no row has any more. */
  readonly recipient?: Buffer
  readonly locale: string
  /** The workflow that delivers it; without one it gets a workflow of its own, and the relay starts that. */
  readonly workflowId?: string
}

/** A mail to a person's own primary address, in the person's language. */
interface NewNotice extends NewMailOfAnyAddress {
  readonly userId: string
}

/** A mail whose own run has not been seen to begin. */
interface UndeliveredMail {
  readonly mailId: string
  readonly kind: MailKind
  readonly round: number
  readonly organizationId: string
  /** It repeats a mail of its kind, for the same person or attempt. */
  readonly repeated: boolean
}

/**
 * The outbox: a mail is a row, written in the transaction of what causes it. Nothing else is to be done: who holds the row sees to it
 * that a run delivers it.
 */
export interface MailOutbox {
  /**
   * Writes a mail into the outbox, once per dedupe key. A confirmation of an address that somebody else holds as verified becomes
   * `already_have_account`: whoever asked learns nothing, the holder all (spec: pipeline 3, "The decision page").
   * @returns its id, also where it stood there before
   */
  enqueue(mail: NewMail): Promise<string>
  /** The same to the verified primary address of a user, else its oldest verified one. @returns null where it has none */
  notify(notice: NewNotice): Promise<string | null>
  /** A mail is to be delivered by a run of its own. */
  oweDelivery(mailId: string): Promise<void>
  /** Mails whose own run is to be started. Claimed for 10 s; what is owed keeps its age until the run's `setWorkflow`. */
  claimUndelivered(limit: number): Promise<UndeliveredMail[]>
}

const ownRun = `'mail/' || fresh.id`

/** Whatever became of that one: who is switched off keeps the address, and nobody else can confirm it (`user_emails_verified_holder`). */
const heldByAnother = `exists (
  select from user_emails e join user_emails h on h.canonical = e.canonical and h.user_id <> e.user_id and h.verified_at is not null
  where e.id = $2)`

export const createMailOutbox = (db: Db): MailOutbox => ({
  async enqueue(mail) {
    const { rows } = await db.query<{ id: string }>(
      `with fresh as (select app.uuid_v7() as id)
       insert into mail_messages (id, kind, user_email_id, recipient, organization_id, attempt_id, reference_id, facts, locale,
         dedupe_key, workflow_id, delivery_owed_since)
       select id, case when $1 = 'confirmation' and ${heldByAnother} then 'already_have_account' else $1 end,
         $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, ${ownRun}), case when $10::text is null then app.now() end
       from fresh
       on conflict on constraint mail_messages_once do update set dedupe_key = excluded.dedupe_key
       returning id`,
      [
        mail.kind,
        mail.userEmailId,
        mail.recipient ?? null,
        mail.organizationId,
        mail.attemptId,
        mail.referenceId ?? null,
        mail.facts ?? {},
        mail.locale,
        mail.dedupeKey,
        mail.workflowId ?? null,
      ],
    )
    return onlyRow(rows).id
  },
  async notify(notice) {
    const { rows } = await db.query<{ id: string }>(
      `with fresh as (
         select app.uuid_v7() as id, e.id as user_email_id, u.locale from user_emails e join users u on u.id = e.user_id
         where e.user_id = $1 and e.verified_at is not null order by e.is_primary desc, e.id limit 1)
       insert into mail_messages (id, kind, user_email_id, organization_id, attempt_id, reference_id, facts, locale, dedupe_key,
         workflow_id, delivery_owed_since)
       select id, $2, user_email_id, $3, $4, $5, $6, locale, $7, ${ownRun}, app.now() from fresh
       on conflict on constraint mail_messages_once do update set dedupe_key = excluded.dedupe_key
       returning id`,
      [
        notice.userId,
        notice.kind,
        notice.organizationId,
        notice.attemptId,
        notice.referenceId ?? null,
        notice.facts ?? {},
        notice.dedupeKey,
      ],
    )
    return rows[0]?.id ?? null
  },
  async oweDelivery(mailId) {
    await db.query(
      'update mail_messages set delivery_owed_since = app.now(), delivery_relayed_at = null where id = $1',
      [mailId],
    )
  },
  async claimUndelivered(limit) {
    const { rows } = await db.query<{
      id: string
      kind: MailKind
      round: number
      organization_id: string
      repeated: boolean
    }>(
      `update mail_messages m set delivery_relayed_at = app.now()
       where id in (select id from mail_messages where delivery_owed_since <= app.now()
                      and coalesce(delivery_relayed_at <= app.now() - interval '10 s', true)
                    order by delivery_owed_since limit $1 for update skip locked)
       returning id, kind, round, organization_id, exists (
         select from mail_messages o where o.id < m.id and o.kind = m.kind
           and (o.user_email_id = m.user_email_id or o.attempt_id = m.attempt_id)) as repeated`,
      [limit],
    )
    return rows.map((row) => ({
      mailId: row.id,
      kind: row.kind,
      round: row.round,
      organizationId: row.organization_id,
      repeated: row.repeated,
    }))
  },
})
