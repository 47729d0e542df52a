import { createBeginRound } from './begin-round.js'
import type { MailActivities, PipelineActivities } from './contract.js'
import type { MailDependencies, PipelineDependencies } from './dependencies.js'
import { createCorrectAddress } from './correct-address.js'
import { createExtendAttempt } from './extend-attempt.js'
import { createGiveUpMail } from './give-up-mail.js'
import { createHoldMail } from './hold-mail.js'
import { createMailStanding } from './mail-standing.js'
import { createQueueReminder } from './queue-reminder.js'
import { createSendMail } from './send-mail.js'
import { createSettle } from './settle.js'
import { createWriteBulkMails } from './write-bulk-mails.js'

/** What the worker of the pipeline queue runs. */
export const createPipelineActivities = (dependencies: PipelineDependencies): PipelineActivities => ({
  settle: createSettle(dependencies),
  mailStanding: createMailStanding(dependencies),
  queueReminder: createQueueReminder(dependencies),
  holdMail: createHoldMail(dependencies),
  beginRound: createBeginRound(dependencies),
  correctAddress: createCorrectAddress(dependencies),
  extendAttempt: createExtendAttempt(dependencies),
  giveUpMail: createGiveUpMail(dependencies),
  writeBulkMails: createWriteBulkMails(dependencies),
})

/** What the worker of the mail queue runs. */
export const createMailActivities = (dependencies: MailDependencies): MailActivities => ({
  sendMail: createSendMail(dependencies),
})
