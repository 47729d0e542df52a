import { createGiveUpMail } from '../activities/give-up-mail.js'
import { refused } from './act.js'
import type { StaffAct, SupportDependencies } from './act.js'
import { askHolder, openMail } from './held-mail.js'

/**
 * Ends a mail for good: by the run that holds it, or at once where none does. @throws AppError `not_found`, `refused`
 */
export const giveUpMail = async (
  dependencies: SupportDependencies,
  { mailId, actor, reason }: StaffAct & { readonly mailId: string },
): Promise<void> => {
  const mail = await openMail(dependencies.database, mailId)
  const answer = await askHolder(dependencies, 'giveUpEmail', mail, { actor, reason }, `give-up/${mailId}`)
  if (answer === 'refused') throw refused('mail_ended')
  if (answer === 'not_held') await createGiveUpMail(dependencies)({ mailId, actor, reason })
}
