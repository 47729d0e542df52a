import type { MailRound, MailStanding } from './contract.js'
import type { MailDependencies } from './dependencies.js'
import { prepareTry } from './prepare-try.js'
import { recordTry, tryAgainIn } from './record-try.js'

/**
 * One try of one mail (spec: mail, "Delivery"). Returns when the provider has taken or refused it, or when it is not to be sent
 * any more; every other end is a failure that Temporal retries, with the delay that the failure names.
 *
 * A try that a dead worker left open is ambiguous: the same link goes out again once the provider had time to tell of it.
 */
export const createSendMail =
  (dependencies: MailDependencies) =>
  async (round: MailRound): Promise<MailStanding> => {
    const prepared = await prepareTry(dependencies, round)
    if (prepared.do === 'stop') return prepared.standing
    if (prepared.do === 'wait') throw tryAgainIn(prepared.why, prepared.seconds)
    const { mail, id, composed } = prepared
    const result = await dependencies.transport.send({
      ...composed.message,
      to: composed.to,
      tryId: id,
      category: mail.kind,
    })
    return recordTry(dependencies, prepared, result)
  }
