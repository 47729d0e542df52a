import type { Db } from './pool.js'

/** A second factor by time steps (RFC 6238). */
interface UserTotp {
  /** Sealed for the purpose `totp`, by the user's id. */
  readonly secret: Buffer
  /** False until a first code has shown that the app has the secret; it asks nothing of anybody until then. */
  readonly confirmed: boolean
  /** The database's time, by which a code is judged. */
  readonly now: Date
}

export interface TotpStore {
  find(userId: string): Promise<UserTotp | null>
  /** Keeps a fresh secret, in place of one that was never confirmed. False where the user has a confirmed one. */
  begin(userId: string, sealed: Buffer): Promise<boolean>
  /** The first code of it was right: from now on the account asks for one. False where that was so before, or the step was used. */
  confirm(userId: string, step: number): Promise<boolean>
  /** Uses up a time step, and with it all that lie before. False where it is used up: each code counts once. */
  useStep(userId: string, step: number): Promise<boolean>
  /** Removes secret and recovery codes. @returns whether there was a secret */
  remove(userId: string): Promise<boolean>
  /** Puts these codes in the place of all former ones. */
  replaceRecoveryCodes(userId: string, hashes: readonly Buffer[]): Promise<void>
  /** Uses up a recovery code of a confirmed factor; false where the user has none such left. */
  useRecoveryCode(userId: string, hash: Buffer): Promise<boolean>
  countRecoveryCodes(userId: string): Promise<number>
}

export const createTotpStore = (db: Db): TotpStore => {
  const changed = async (statement: string, values: unknown[]): Promise<boolean> =>
    (await db.query(statement, values)).rowCount === 1

  return {
    async find(userId) {
      const { rows } = await db.query<{ secret: Buffer; confirmed: boolean; now: Date }>(
        'select secret, confirmed_at is not null as confirmed, app.now() as now from user_totp where user_id = $1',
        [userId],
      )
      return rows[0] ?? null
    },
    begin: (userId, sealed) =>
      changed(
        `insert into user_totp (user_id, secret) values ($1, $2)
         on conflict (user_id) do update set secret = excluded.secret, last_step = null, created_at = app.now()
         where user_totp.confirmed_at is null`,
        [userId, sealed],
      ),
    confirm: (userId, step) =>
      changed(
        `update user_totp set confirmed_at = app.now(), last_step = $2
         where user_id = $1 and confirmed_at is null and coalesce(last_step < $2, true)`,
        [userId, step],
      ),
    useStep: (userId, step) =>
      changed(
        `update user_totp set last_step = $2
         where user_id = $1 and confirmed_at is not null and coalesce(last_step < $2, true)`,
        [userId, step],
      ),
    remove: (userId) =>
      changed(
        `with codes as (delete from user_recovery_codes where user_id = $1)
         delete from user_totp where user_id = $1`,
        [userId],
      ),
    async replaceRecoveryCodes(userId, hashes) {
      await db.query('delete from user_recovery_codes where user_id = $1', [userId])
      await db.query(
        'insert into user_recovery_codes (user_id, code_hash) select $1, hash from unnest($2::bytea[]) hash',
        [userId, hashes],
      )
    },
    useRecoveryCode: (userId, hash) =>
      changed(
        `update user_recovery_codes set used_at = app.now()
         where user_id = $1 and code_hash = $2 and used_at is null
           and exists (select from user_totp t where t.user_id = $1 and t.confirmed_at is not null)`,
        [userId, hash],
      ),
    async countRecoveryCodes(userId) {
      const { rows } = await db.query<{ left: number }>(
        'select count(*)::int as left from user_recovery_codes where user_id = $1 and used_at is null',
        [userId],
      )
      return rows[0]?.left ?? 0
    },
  }
}
