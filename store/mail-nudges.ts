import type { MailState } from '../domain/mail.js'
import type { Db } from './pool.js'

/** A mail to which something happened that its workflow has not read yet. */
interface UnheardMail {
  readonly mailId: string
  readonly workflowId: string
  readonly round: number
  readonly state: MailState
}

/** What the workflow of a mail has yet to hear of. */
export interface MailNudges {
  /** Something happened to the mail that its workflow has to hear of. */
  oweNudge(mailId: string): Promise<void>
  /** The workflow has read how the mail stands, or is over and need not. */
  markHeard(mailId: string): Promise<void>
  /** Mails whose workflow has not read for 2 s what happened to them. Claimed for as long again. */
  claimUnheard(limit: number): Promise<UnheardMail[]>
}

export const createMailNudges = (db: Db): MailNudges => ({
  async oweNudge(mailId) {
    await db.query('update mail_messages set nudge_owed_since = app.now() where id = $1', [mailId])
  },
  async markHeard(mailId) {
    await db.query(
      'update mail_messages set nudge_owed_since = null where id = $1 and nudge_owed_since is not null',
      [mailId],
    )
  },
  async claimUnheard(limit) {
    const { rows } = await db.query<{ id: string; workflow_id: string; round: number; state: MailState }>(
      `update mail_messages set nudge_owed_since = app.now()
       where id in (select id from mail_messages where nudge_owed_since < app.now() - interval '2 s'
                    order by nudge_owed_since limit $1 for update skip locked)
       returning id, workflow_id, round, state`,
      [limit],
    )
    return rows.map(({ id, workflow_id: workflowId, ...row }) => ({ mailId: id, workflowId, ...row }))
  },
})
