import { giveUp } from '../activities/give-up-mail.js'
import type { Mail } from '../store/mail.js'
import { demandReason } from './act.js'
import type { StaffAct, SupportDependencies } from './act.js'
import { openMail, oweToHolder, tellHolder } from './held-mail.js'

/** Ends a mail for good; its row says so, and the run that holds it hears of it. @throws AppError `bad_request`, `not_found`, `refused` */
export const giveUpMail = async (
  dependencies: SupportDependencies,
  act: StaffAct & { readonly mailId: string },
): Promise<void> => {
  const { mailId, actor } = act
  const reason = demandReason(act.reason)
  const mail = await dependencies.database.transaction(async (stores): Promise<Mail> => {
    const open = await openMail(stores, mailId)
    const ended: Mail = { ...open, state: await giveUp(stores, { mailId, actor, reason }) }
    await oweToHolder(stores, ended)
    return ended
  })
  await tellHolder(dependencies, mail)
}
