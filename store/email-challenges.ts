import { minutes } from '../domain/attempt.js'
import { challengeMinutes, challengeRepeatSeconds, challengeTries } from '../domain/email-challenge.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** A code that was mailed to an attempt's own address. Code and link are derived from the nonce under a server key. */
export interface EmailChallenge {
  readonly id: string
  readonly attemptId: string
  readonly nonce: Buffer
  /** Neither used, nor replaced, nor tried too often, nor too old. */
  readonly live: boolean
  /** The code or the link was taken; never true of one that was tried too often. */
  readonly used: boolean
  readonly expiresAt: Date
}

export interface EmailChallengeStore {
  /**
   * The live challenge of an attempt where it is younger than 60 s, else a new one that voids it. The caller has locked the attempt.
   * @returns `fresh` where a mail is due
   */
  open(attemptId: string, nonce: Buffer): Promise<EmailChallenge & { readonly fresh: boolean }>
  find(challengeId: string): Promise<EmailChallenge | null>
  findLive(attemptId: string): Promise<EmailChallenge | null>
  /** The last one that was mailed, live or not. */
  findNewest(attemptId: string): Promise<EmailChallenge | null>
  /** Counts a wrong code; the fifth ends the challenge. @returns how many may follow */
  countWrongTry(challengeId: string): Promise<number>
  /** Uses a live challenge up; false where it is not live. */
  use(challengeId: string): Promise<boolean>
  /** Voids what is out, for good. */
  endAll(attemptId: string): Promise<void>
}

interface ChallengeRow {
  id: string
  attempt_id: string
  nonce: Buffer
  live: boolean
  used: boolean
  expires_at: Date
}

/** Of the newest one of an attempt, which nothing replaced. */
const used = `ended_at is not null and wrong_tries < ${challengeTries}`
const columns = `id, attempt_id, nonce, ended_at is null and expires_at > app.now() as live, ${used} as used, expires_at`

const toChallenge = (row: ChallengeRow): EmailChallenge => ({
  id: row.id,
  attemptId: row.attempt_id,
  nonce: row.nonce,
  live: row.live,
  used: row.used,
  expiresAt: row.expires_at,
})

export const createEmailChallengeStore = (db: Db): EmailChallengeStore => {
  const one = async (condition: string, id: string): Promise<EmailChallenge | null> => {
    const { rows } = await db.query<ChallengeRow>(
      `select ${columns} from email_challenges where ${condition}`,
      [id],
    )
    return rows[0] === undefined ? null : toChallenge(rows[0])
  }
  const end = async (attemptId: string): Promise<void> => {
    await db.query(
      'update email_challenges set ended_at = app.now() where attempt_id = $1 and ended_at is null',
      [attemptId],
    )
  }

  return {
    async open(attemptId, nonce) {
      const young = await one(
        `attempt_id = $1 and ended_at is null and created_at > app.now() - interval '${challengeRepeatSeconds} seconds'`,
        attemptId,
      )
      if (young !== null) return { ...young, fresh: false }
      await end(attemptId)
      const { rows } = await db.query<ChallengeRow>(
        `insert into email_challenges (attempt_id, nonce, expires_at)
         values ($1, $2, app.now() + interval '${minutes(challengeMinutes)}') returning ${columns}`,
        [attemptId, nonce],
      )
      return { ...toChallenge(onlyRow(rows)), fresh: true }
    },
    find: (challengeId) => one('id = $1', challengeId),
    findLive: (attemptId) =>
      one('attempt_id = $1 and ended_at is null and expires_at > app.now()', attemptId),
    findNewest: (attemptId) => one('attempt_id = $1 order by id desc limit 1', attemptId),
    async countWrongTry(challengeId) {
      const { rows } = await db.query<{ wrong_tries: number }>(
        `update email_challenges set wrong_tries = wrong_tries + 1,
           ended_at = case when wrong_tries + 1 >= ${challengeTries} then coalesce(ended_at, app.now()) else ended_at end
         where id = $1 returning wrong_tries`,
        [challengeId],
      )
      return Math.max(0, challengeTries - onlyRow(rows).wrong_tries)
    },
    async use(challengeId) {
      const { rowCount } = await db.query(
        `update email_challenges set ended_at = app.now() where id = $1 and ended_at is null and expires_at > app.now()`,
        [challengeId],
      )
      return rowCount === 1
    },
    endAll: end,
  }
}
