import { randomBytes } from 'node:crypto'
import { bulkMailsUnderWay, setPasswordMinutes } from '../domain/bulk-mail.js'
import type { BacklogStep } from './contract.js'
import type { PipelineDependencies } from './dependencies.js'

/** Turns the next members of a backlog into mails, each once: the row is taken in the transaction that writes the mail. */
export const createWriteBulkMails =
  ({ database }: PipelineDependencies) =>
  ({ organizationId }: { readonly organizationId: string }): Promise<BacklogStep> =>
    database.transaction(async (stores) => {
      const underWay = await stores.bulkMails.lockUnderWay(organizationId)
      const taken = await stores.bulkMails.take(organizationId, Math.max(0, bulkMailsUnderWay - underWay))
      let written = 0
      for (const { campaignId, userId, kind, userEmailId, locale } of taken) {
        if (userEmailId === null) continue
        const link = { userEmailId, nonce: randomBytes(32), minutes: setPasswordMinutes }
        const reference =
          kind === 'set_password'
            ? { referenceId: (await stores.mailedLinks.issue({ purpose: kind, ...link })).id }
            : {}
        const mailId = await stores.mail.enqueue({
          kind,
          userEmailId,
          organizationId,
          attemptId: null,
          locale,
          dedupeKey: `${kind}/${campaignId}/${userId}`,
          ...reference,
        })
        await stores.bulkMails.setMail(campaignId, userId, mailId)
        written += 1
      }
      return { written, finished: await stores.bulkMails.finish(organizationId) }
    })
