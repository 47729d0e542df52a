import type { StaffRole } from '../domain/support.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** A signed-in member of staff. */
export interface StaffSession {
  readonly id: string
  readonly staffId: string
  readonly name: string
  readonly roles: readonly StaffRole[]
  /** Slugs of the organizations that this person may see; null for every one. */
  readonly organizations: readonly string[] | null
}

export interface StaffStore {
  /** Notes who it is and opens a session of 8 h. */
  openSession(of: NewStaffSession): Promise<StaffSession>
  /** Notes who it is that may do nothing here. @returns the id */
  keep(of: StaffIdentity): Promise<string>
  /** A session that has neither ended nor been idle for 30 min. Notes that it was seen, at most once a minute. */
  findSession(tokenHash: Buffer): Promise<StaffSession | null>
  /** Whether a session that was found goes on; asking is no sign of life. */
  isLive(sessionId: string): Promise<boolean>
  endSession(sessionId: string): Promise<void>
  /** Lets the session have payloads decoded for 15 min. @returns until when */
  grantDecoding(sessionId: string): Promise<Date>
  mayDecode(sessionId: string): Promise<boolean>
  /** Names by id, for timelines. */
  names(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
}

interface StaffIdentity {
  readonly issuer: string
  readonly subject: string
  readonly name: string
}

interface NewStaffSession extends StaffIdentity {
  readonly roles: readonly StaffRole[]
  readonly organizations: readonly string[] | null
  readonly tokenHash: Buffer
}

interface SessionRow {
  id: string
  staff_id: string
  name: string
  roles: StaffRole[]
  organizations: string[] | null
}

const isLive = `s.ended_at is null and s.expires_at > app.now() and s.last_seen_at > app.now() - interval '30 min'`

const toSession = ({ staff_id: staffId, ...row }: SessionRow): StaffSession => ({ ...row, staffId })

export const createStaffStore = (db: Db): StaffStore => ({
  async openSession(of) {
    const { rows } = await db.query<SessionRow>(
      `with s as (
         insert into staff (issuer, subject, name) values ($1, $2, $3)
         on conflict on constraint staff_once do update set name = excluded.name, signed_in_at = app.now()
         returning id, name
       )
       insert into staff_sessions (token_hash, staff_id, roles, organizations, expires_at)
       select $4, s.id, $5, $6, app.now() + interval '8 hours' from s
       returning id, staff_id, (select name from s) as name, roles, organizations`,
      [of.issuer, of.subject, of.name, of.tokenHash, of.roles, of.organizations],
    )
    return toSession(onlyRow(rows))
  },
  async keep({ issuer, subject, name }) {
    const { rows } = await db.query<{ id: string }>(
      `insert into staff (issuer, subject, name) values ($1, $2, $3)
       on conflict on constraint staff_once do update set name = excluded.name returning id`,
      [issuer, subject, name],
    )
    return onlyRow(rows).id
  },
  async findSession(tokenHash) {
    const { rows } = await db.query<SessionRow>(
      `with touched as (
         update staff_sessions set last_seen_at = app.now()
         where token_hash = $1 and ended_at is null and last_seen_at > app.now() - interval '30 min'
           and last_seen_at <= app.now() - interval '1 min'
       )
       select s.id, s.staff_id, p.name, s.roles, s.organizations
       from staff_sessions s join staff p on p.id = s.staff_id
       where s.token_hash = $1 and ${isLive}`,
      [tokenHash],
    )
    return rows[0] === undefined ? null : toSession(rows[0])
  },
  async isLive(sessionId) {
    const { rows } = await db.query(`select from staff_sessions s where s.id = $1 and ${isLive}`, [sessionId])
    return rows.length > 0
  },
  async endSession(sessionId) {
    await db.query('update staff_sessions set ended_at = app.now() where id = $1 and ended_at is null', [
      sessionId,
    ])
  },
  async grantDecoding(sessionId) {
    const { rows } = await db.query<{ decodes_until: Date }>(
      `update staff_sessions set decodes_until = app.now() + interval '15 min' where id = $1 returning decodes_until`,
      [sessionId],
    )
    return onlyRow(rows).decodes_until
  },
  async mayDecode(sessionId) {
    const { rows } = await db.query(
      'select from staff_sessions where id = $1 and ended_at is null and decodes_until > app.now()',
      [sessionId],
    )
    return rows.length > 0
  },
  async names(ids) {
    const { rows } = await db.query<{ id: string; name: string }>(
      'select id, name from staff where id::text = any($1)',
      [ids],
    )
    return new Map(rows.map(({ id, name }) => [id, name]))
  },
})
