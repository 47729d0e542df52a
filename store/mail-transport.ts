import type { Db } from './pool.js'

export interface MailTransportStore {
  /** Nothing is sent by any worker for so many seconds; a longer pause that stands already stays. */
  pause(seconds: number, reason: string): Promise<void>
}

export const createMailTransportStore = (db: Db): MailTransportStore => ({
  async pause(seconds, reason) {
    await db.query(
      `update mail_transport set reason = $2,
         paused_until = greatest(paused_until, app.now() + make_interval(secs => $1))`,
      [seconds, reason],
    )
  },
})
