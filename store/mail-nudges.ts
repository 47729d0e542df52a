import type { MailKind, MailState } from '../domain/mail.js'
import type { Db } from './pool.js'

/** A mail with the run that holds it, or held it. */
interface HeldMail {
  readonly mailId: string
  readonly workflowId: string
  readonly kind: MailKind
  readonly organizationId: string
  readonly round: number
  readonly state: MailState
}

/** What the workflow of a mail has yet to hear of, and whether it may be lost. */
export interface MailNudges {
  /** Something happened to the mail that its workflow has to hear of. */
  oweNudge(mailId: string): Promise<void>
  /** The workflow has read how the mail stands, or is over and need not. */
  markHeard(mailId: string): Promise<void>
  /** Mails whose workflow has not read for 2 s what happened to them. Claimed for as long again; what is owed keeps its age. */
  claimUnheard(limit: number): Promise<HeldMail[]>
  /**
   * Mails whose workflow may be lost, as nobody touched them: for 10 min where they are under way, for 23 h where they wait for their
   * address to be confirmed, so that somebody holds them when their reminder is due. Whatever else is out needs no run any more.
   * Claimed for as long again.
   */
  claimStale(limit: number): Promise<HeldMail[]>
}

interface HeldRow {
  id: string
  workflow_id: string
  kind: MailKind
  organization_id: string
  round: number
  state: MailState
}

const columns = 'id, workflow_id, kind, organization_id, round, state'

const toHeld = ({ id, workflow_id, organization_id, ...row }: HeldRow): HeldMail => ({
  mailId: id,
  workflowId: workflow_id,
  organizationId: organization_id,
  ...row,
})

export const createMailNudges = (db: Db): MailNudges => ({
  async oweNudge(mailId) {
    await db.query(
      'update mail_messages set nudge_owed_since = coalesce(nudge_owed_since, app.now()) where id = $1',
      [mailId],
    )
  },
  async markHeard(mailId) {
    await db.query(
      `update mail_messages set nudge_owed_since = null, nudge_relayed_at = null
       where id = $1 and nudge_owed_since is not null`,
      [mailId],
    )
  },
  async claimUnheard(limit) {
    const { rows } = await db.query<HeldRow>(
      `update mail_messages set nudge_relayed_at = app.now()
       where id in (select id from mail_messages where nudge_owed_since < app.now() - interval '2 s'
                      and coalesce(nudge_relayed_at < app.now() - interval '2 s', true)
                    order by nudge_owed_since limit $1 for update skip locked)
       returning ${columns}`,
      [limit],
    )
    return rows.map(toHeld)
  },
  async claimStale(limit) {
    const { rows } = await db.query<HeldRow>(
      `update mail_messages set touched_at = app.now()
       where id in (select id from mail_messages
                    where (state in ('queued', 'sending') and touched_at < app.now() - interval '10 min')
                       or (state in ('accepted', 'deferred', 'delivered') and kind = 'confirmation'
                           and touched_at < app.now() - interval '23 h')
                    order by touched_at limit $1 for update skip locked)
       returning ${columns}`,
      [limit],
    )
    return rows.map(toHeld)
  },
})
