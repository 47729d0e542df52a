import { retryAllLimit, secondPersonAbove } from '../domain/support.js'
import type { MailFilter } from '../store/mail-board.js'
import { noteAct, refused } from './act.js'
import type { StaffAct, SupportDependencies } from './act.js'

export interface RetryMany extends StaffAct {
  readonly filter: MailFilter
}

export interface AskedRetry {
  readonly id: string
  readonly mails: number
  readonly needsSecondPerson: boolean
}

/**
 * Notes the wish to send once more all mails that match; the worker carries it out, above a hundred when a second person has agreed.
 * @throws AppError `refused` where none match, or too many: nothing is stored
 */
export const retryMany = (
  { database }: Pick<SupportDependencies, 'database'>,
  { filter, actor, reason }: RetryMany,
): Promise<AskedRetry> =>
  database.transaction(async (stores) => {
    const mailIds = await stores.mailBoard.matching(filter, retryAllLimit + 1)
    if (mailIds.length === 0) throw refused('nothing_matches')
    if (mailIds.length > retryAllLimit) throw refused('too_many_match')
    const needsSecondPerson = mailIds.length > secondPersonAbove
    const id = await stores.staffRetries.ask({ mailIds, reason, staffId: actor, needsSecondPerson })
    const data = { act: 'retry_many', mails: mailIds.length, reason } as const
    await noteAct(stores, actor, { kind: 'retry', id }, data)
    return { id, mails: mailIds.length, needsSecondPerson }
  })
