import { hasEnded } from '../domain/mail.js'
import type { MailState } from '../domain/mail.js'
import type { Mail } from '../store/mail.js'
import type { Stores } from '../store/stores.js'
import type { MailStanding } from './contract.js'
import type { PipelineDependencies } from './dependencies.js'
import { readMailContent } from './mail-content.js'
import type { MailContent } from './mail-content.js'

/** Where a mail stands; `open` as long as it has not ended. */
export interface FoundMail {
  readonly standing: MailStanding
  readonly open: { readonly mail: Mail; readonly content: MailContent } | null
}

/** Where a mail stands, by the database's clock; an end that is due is noted. */
export const createMailStanding =
  ({ database }: PipelineDependencies) =>
  ({ mailId }: { readonly mailId: string }): Promise<MailStanding> =>
    database.transaction(async (stores) => {
      await stores.mail.markHeard(mailId)
      return (await findMail(stores, mailId)).standing
    })

/** The same within a transaction, which keeps what the mail is about unchanged by others until it ends. */
export const findMail = async (stores: Stores, mailId: string): Promise<FoundMail> => {
  const mail = await stores.mail.find(mailId)
  if (mail === null) return gone
  if (hasEnded(mail.state)) return ended(mail, mail.state)
  const content = await readMailContent(stores, mail)
  if (content === null) return gone
  if (content.dueEnd !== null) {
    await stores.mail.setState(mailId, content.dueEnd)
    return ended(mail, content.dueEnd)
  }
  return {
    standing: {
      state: mail.state,
      round: mail.round,
      waitUntil: content.waitUntil,
      ...(content.over ? { over: true } : {}),
    },
    open: { mail, content },
  }
}

/** A mail goes with its address. */
const gone: FoundMail = { standing: { state: 'cancelled', round: 0, waitUntil: 0 }, open: null }

const ended = (mail: Mail, state: MailState): FoundMail => ({
  standing: { state, round: mail.round, waitUntil: 0 },
  open: null,
})
