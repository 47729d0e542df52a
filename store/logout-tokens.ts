import type { Db } from './pool.js'

export interface LogoutTokenStore {
  /** Notes a token of a provider; false where it was used before. Those that have expired are forgotten. */
  use(token: { providerId: string; jtiHash: Buffer; expiresAt: Date }): Promise<boolean>
  /** Ends the sessions that were opened through this identity. @returns their ids and whose they are */
  endSessions(identity: {
    providerId: string
    issuer: string
    subject: string
  }): Promise<{ id: string; userId: string }[]>
}

export const createLogoutTokenStore = (db: Db): LogoutTokenStore => ({
  async use({ providerId, jtiHash, expiresAt }) {
    const { rowCount } = await db.query(
      `with old as (delete from logout_tokens where expires_at < app.now())
       insert into logout_tokens (provider_id, jti_hash, expires_at) values ($1, $2, $3) on conflict do nothing`,
      [providerId, jtiHash, expiresAt],
    )
    return rowCount === 1
  },
  async endSessions({ providerId, issuer, subject }) {
    const { rows } = await db.query<{ id: string; user_id: string }>(
      `update sessions s set ended_at = app.now() from identities i
       where i.provider_id = $1 and i.issuer = $2 and i.subject = $3 and s.identity_id = i.id and s.ended_at is null
       returning s.id, s.user_id`,
      [providerId, issuer, subject],
    )
    return rows.map((row) => ({ id: row.id, userId: row.user_id }))
  },
})
