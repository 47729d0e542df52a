import { domainToASCII } from 'node:url'
import { parseEmailAddress } from '../domain/email-address.js'
import type { EmailAddress } from '../domain/email-address.js'
import { AppError } from '../domain/errors.js'
import { isUnderWay } from '../domain/mail.js'
import type { Mail } from '../store/mail.js'
import type { Stores } from '../store/stores.js'
import { enRefusals } from '../views/locales/en-refusals.js'
import { setHash } from './confirm-email.js'
import type { CorrectAct } from './contract.js'
import type { PipelineDependencies } from './dependencies.js'

/**
 * As `correctAddress`, in a transaction of its own.
 * @returns why it is not done, in a sentence without the address; null where it is done, or was before
 */
export const createCorrectAddress =
  ({ database }: PipelineDependencies) =>
  (act: CorrectAct): Promise<string | null> =>
    database
      .transaction(async (stores) => {
        await stores.mailTries.takeTurn(act.mailId)
        const mail = await stores.mail.find(act.mailId)
        if (mail !== null) await correctAddress(stores, mail, act)
        return mail === null ? enRefusals.mail_not_held : null
      })
      .catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error
        const { refusal } = error.details
        return refusal === undefined ? 'email must be one e-mail address' : enRefusals[refusal]
      })

/**
 * Puts another, unverified address in the place of one that nobody ever confirmed; the old one and its link are void
 * (spec: mail, "correction").
 * @returns false where that is the mail's address already
 * @throws AppError `email_invalid`, `refused`
 */
export const correctAddress = async (
  stores: Stores,
  mail: Mail,
  { email, actor, reason }: Omit<CorrectAct, 'mailId'>,
): Promise<boolean> => {
  const address = parseEmailAddress(email, domainToASCII)
  if (address === null)
    throw new AppError('email_invalid', {
      errors: [{ field: 'email', message: 'must be one e-mail address' }],
    })
  const former = mail.userEmailId === null ? null : await stores.users.lockEmail(mail.userEmailId)
  if (former?.canonical === address.canonical) return false
  if (isUnderWay(mail.state)) throw new AppError('refused', { refusal: 'mail_under_way' })
  if (former === null || former.verified || mail.kind !== 'confirmation')
    throw new AppError('refused', { refusal: 'address_kept' })
  const others = await stores.users.listEmails(former.userId)
  if (others.some(({ canonical }) => canonical === address.canonical))
    throw new AppError('refused', { refusal: 'address_known' })
  // Its holder would be sent a link that leads nowhere: only whoever asked for it could use it, and the address is taken.
  if ((await stores.addresses.holderOf(address.canonical)) !== null)
    throw new AppError('refused', { refusal: 'address_held' })
  const added = await replace(stores, mail, former.id, address)
  const common = {
    actor: { kind: 'staff', id: actor },
    organizationId: mail.organization.id,
    attemptId: mail.attemptId,
    target: { kind: 'user', id: former.userId },
  } as const
  await stores.audit.record(
    { ...common, event: 'email.removed', data: { email: former.id, reason } },
    { ...common, event: 'email.added', data: { email: added, reason } },
  )
  return true
}

const replace = async (
  stores: Stores,
  mail: Mail,
  formerId: string,
  address: EmailAddress,
): Promise<string> => {
  const emailId = await stores.users.replaceEmail(formerId, address)
  await stores.mail.readdress(formerId, emailId)
  await stores.users.deleteEmail(formerId)
  const email = await stores.users.findEmail(emailId)
  if (email !== null) await setHash(stores, email)
  return emailId
}
