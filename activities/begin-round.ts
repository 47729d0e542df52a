import type { RetryAct } from './contract.js'
import type { PipelineDependencies } from './dependencies.js'
import { mailAudit } from './mail-audit.js'

/**
 * Opens the next round of tries, with its audit row; one request opens one round.
 * @returns the round that is open now
 */
export const createBeginRound =
  ({ database }: PipelineDependencies) =>
  ({ mailId, actor, reason, request }: RetryAct): Promise<number> =>
    database.transaction(async (stores) => {
      const round = await stores.mail.beginRound(mailId, request)
      const mail = await stores.mail.find(mailId)
      if (round === null || mail === null) return mail?.round ?? 0
      await stores.audit.record(
        mailAudit(mail, 'mail.retried', { kind: 'staff', id: actor }, { reason, round }),
      )
      return round
    })
