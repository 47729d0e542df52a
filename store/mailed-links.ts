import type { MailedLinkPurpose } from '../domain/mailed-token.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** A link by which the owner of an address sets a password (`domain/mailed-token.ts`). */
export interface MailedLink {
  readonly id: string
  readonly purpose: MailedLinkPurpose
  readonly userId: string
  readonly userEmailId: string
  readonly nonce: Buffer
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly expired: boolean
  readonly used: boolean
  /** Sign-in methods or addresses of the account have changed since, or it is not active any more. */
  readonly voided: boolean
}

export interface MailedLinkStore {
  /** Draws a link for an address of a user; the mail that carries it names the id as its reference. @param minutes of its life */
  issue(link: {
    readonly purpose: MailedLinkPurpose
    readonly userEmailId: string
    readonly nonce: Buffer
    readonly minutes: number
  }): Promise<{ id: string }>
  find(linkId: string): Promise<MailedLink | null>
  /** Uses a link up; false where it was used, has expired or is void. */
  use(linkId: string): Promise<boolean>
}

interface LinkRow {
  id: string
  purpose: MailedLinkPurpose
  user_id: string
  user_email_id: string
  nonce: Buffer
  created_at: Date
  expires_at: Date
  expired: boolean
  used: boolean
  voided: boolean
}

const voided = `(u.status <> 'active' or u.methods_version <> l.methods_version)`

export const createMailedLinkStore = (db: Db): MailedLinkStore => ({
  async issue({ purpose, userEmailId, nonce, minutes }) {
    const { rows } = await db.query<{ id: string }>(
      `insert into mailed_links (purpose, user_id, user_email_id, methods_version, nonce, expires_at)
       select $1, u.id, e.id, u.methods_version, $3, app.now() + make_interval(mins => $4)
       from user_emails e join users u on u.id = e.user_id where e.id = $2 returning id`,
      [purpose, userEmailId, nonce, minutes],
    )
    return onlyRow(rows)
  },
  async find(linkId) {
    const { rows } = await db.query<LinkRow>(
      `select l.id, l.purpose, l.user_id, l.user_email_id, l.nonce, l.created_at, l.expires_at,
         l.expires_at <= app.now() as expired, l.used_at is not null as used, ${voided} as voided
       from mailed_links l join users u on u.id = l.user_id where l.id = $1`,
      [linkId],
    )
    const [row] = rows
    if (row === undefined) return null
    return {
      id: row.id,
      purpose: row.purpose,
      userId: row.user_id,
      userEmailId: row.user_email_id,
      nonce: row.nonce,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      expired: row.expired,
      used: row.used,
      voided: row.voided,
    }
  },
  async use(linkId) {
    const { rowCount } = await db.query(
      `update mailed_links l set used_at = app.now() from users u
       where l.id = $1 and u.id = l.user_id and l.used_at is null and l.expires_at > app.now() and not ${voided}`,
      [linkId],
    )
    return rowCount === 1
  },
})
