import type { Stores } from '../store/stores.js'
import type { RetryAct } from './contract.js'
import type { PipelineDependencies } from './dependencies.js'
import { mailAudit } from './mail-audit.js'

/**
 * Opens the next round of tries, with its audit row; one request opens one round.
 * @returns the round that is open now
 */
export const createBeginRound =
  ({ database }: PipelineDependencies) =>
  (act: RetryAct): Promise<number> =>
    database.transaction(
      async (stores) => (await beginRound(stores, act)) ?? (await stores.mail.find(act.mailId))?.round ?? 0,
    )

/** The same within a transaction. @returns null where no round was opened, as `MailStore.beginRound` */
export const beginRound = async (
  stores: Stores,
  { mailId, actor, reason, request }: RetryAct,
): Promise<number | null> => {
  const round = await stores.mail.beginRound(mailId, request)
  const mail = await stores.mail.find(mailId)
  if (round === null || mail === null) return null
  await stores.audit.record(mailAudit(mail, 'mail.retried', { kind: 'staff', id: actor }, { reason, round }))
  return round
}
