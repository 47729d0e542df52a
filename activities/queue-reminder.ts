import { anonymousMailLimits } from '../domain/mail-limits.js'
import type { PipelineDependencies } from './dependencies.js'

/**
 * Queues the one reminder for an address that is still unconfirmed; it carries the link of the first mail. An address that strangers
 * flood is not reminded.
 */
export const createQueueReminder =
  ({ database }: PipelineDependencies) =>
  ({ mailId }: { readonly mailId: string }): Promise<string | null> =>
    database.transaction(async (stores) => {
      const mail = await stores.mail.find(mailId)
      if (mail?.kind !== 'confirmation' || mail.userEmailId === null) return null
      // Of an address that was mailed again, the newest mail reminds.
      if (await stores.mail.isRepeated(mailId)) return null
      const email = await stores.users.lockEmail(mail.userEmailId)
      if (email === null || email.verified || email.confirmation?.expired !== false) return null
      const allowances = anonymousMailLimits.map((limit) => ({ limit, of: email.canonical }))
      if ((await stores.rateLimits.take(...allowances)) > 0) return null
      return stores.mail.enqueue({
        kind: 'confirmation_reminder',
        userEmailId: mail.userEmailId,
        organizationId: mail.organization.id,
        attemptId: mail.attemptId,
        locale: mail.locale,
        dedupeKey: `confirmation_reminder/${mailId}`,
        workflowId: mail.workflowId,
      })
    })
