import { domainToASCII } from 'node:url'
import { setHash } from '../activities/confirm-email.js'
import { parseEmailAddress } from '../domain/email-address.js'
import type { EmailAddress } from '../domain/email-address.js'
import { hasEnded, isUnderWay } from '../domain/mail.js'
import type { MailState } from '../domain/mail.js'
import type { Mail } from '../store/mail.js'
import type { Stores } from '../store/stores.js'
import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'

/** Prints mails, newest first: one line each, no address. */
export const listMails = async (
  { database, print }: CliDependencies,
  options: { readonly state?: MailState; readonly limit: number },
): Promise<void> => {
  const mails = await database.mail.list(options)
  if (mails.length === 0) print('No mails.')
  for (const mail of mails) {
    const tries = `round ${mail.round}, ${mail.tries} ${mail.tries === 1 ? 'try' : 'tries'}`
    print(
      `${mail.id}  ${mail.state.padEnd(10)}  ${mail.kind}  ${mail.organization}  ${tries}${mail.reason === null ? '' : `  ${mail.reason}`}`,
    )
  }
}

export interface RetryOptions {
  readonly reason: string
  readonly actor: string
  /** Another address for the person, in the place of one that was never verified. */
  readonly email?: string
}

/**
 * Sends a mail once more, in a new round. The run that holds it is asked; a mail whose run is over gets one of its own.
 * @throws CommandError where it cannot be sent again
 */
export const retryMail = async (
  dependencies: CliDependencies,
  mailId: string,
  options: RetryOptions,
): Promise<void> => {
  const { database, pipelines, print } = dependencies
  if (options.email !== undefined) await correctAddress(dependencies, mailId, options.email, options)
  const mail = await mailOf(database, mailId)
  const { actor, reason } = options
  const request = { mailId, actor, reason }
  const requestId = `retry/${mailId}/${mail.round}`
  const asking = () => pipelines.askSupport('retryEmail', mail.workflowId, request, requestId)
  const answer = isHeld(mail) ? await answered(asking()) : notHeld
  if (answer.kind === 'refused') throw new CommandError(`Not retried: ${answer.why}.`)
  if (answer.kind === 'not_held') {
    if (isUnderWay(mail.state)) throw new CommandError('Not retried: the mail is being sent already.')
    await pipelines.startDelivery({ mailId, round: mail.round, retry: { actor, reason, request: requestId } })
  }
  print(`Mail ${mailId} is sent once more.`)
}

/** Ends a mail for good. @throws CommandError where it has ended before */
export const giveUpMail = async (
  { database, pipelines, print }: CliDependencies,
  giveUp: (act: { mailId: string; actor: string; reason: string }) => Promise<MailState>,
  mailId: string,
  options: { readonly reason: string; readonly actor: string },
): Promise<void> => {
  const mail = await mailOf(database, mailId)
  const request = { mailId, actor: options.actor, reason: options.reason }
  const asking = () => pipelines.askSupport('giveUpEmail', mail.workflowId, request, `give-up/${mailId}`)
  const answer = isHeld(mail) ? await answered(asking()) : notHeld
  if (answer.kind === 'refused') throw new CommandError(`Not given up: ${answer.why}.`)
  if (answer.kind === 'not_held') await giveUp(request)
  print(`Mail ${mailId} is given up.`)
}

/** A reminder is sent by the run of its mail, and kept by nobody. */
const isHeld = (mail: Mail): boolean => mail.kind !== 'confirmation_reminder'
const notHeld = { kind: 'not_held' } as const

const answered = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
  try {
    return await asked
  } catch (error) {
    throw new CommandError(
      'The run that holds this mail did not answer. Check that Temporal and a worker run, then repeat the command: it counts once.',
      { cause: error },
    )
  }
}

const mailOf = async (stores: Pick<Stores, 'mail'>, mailId: string): Promise<Mail> => {
  const mail = /^[0-9a-f-]{36}$/.test(mailId) ? await stores.mail.find(mailId) : null
  if (mail === null)
    throw new CommandError(`There is no mail ${mailId}. \`auth-pipeline mail list\` shows them.`)
  if (hasEnded(mail.state)) throw new CommandError(`The mail has ended: ${mail.state}.`)
  return mail
}

/** Only for an address that nobody ever confirmed; the old one and its link are void (spec: mail, "correction"). */
const correctAddress = (
  { database }: CliDependencies,
  mailId: string,
  text: string,
  { actor, reason }: RetryOptions,
): Promise<void> =>
  database.transaction(async (stores) => {
    const mail = await mailOf(stores, mailId)
    const address = parseEmailAddress(text, domainToASCII)
    if (address === null) throw new CommandError('That is not one e-mail address.')
    if (isUnderWay(mail.state)) {
      throw new CommandError(
        'Not corrected: the mail is being sent. Correct it when it is accepted, came back or is parked.',
      )
    }
    const former = await stores.users.lockEmail(mail.userEmailId)
    if (former === null || former.verified || mail.kind !== 'confirmation') {
      throw new CommandError(
        'Only the confirmation mail of an address that was never confirmed can be corrected.',
      )
    }
    if (former.canonical === address.canonical) return
    const others = await stores.users.listEmails(former.userId)
    if (others.some(({ canonical }) => canonical === address.canonical)) {
      throw new CommandError('Not corrected: the person has that address already, with a mail of its own.')
    }
    await replace(stores, mail, former.id, address)
    const common = {
      actor: { kind: 'staff', id: actor },
      organizationId: mail.organization.id,
      attemptId: mail.attemptId,
    } as const
    await stores.audit.record(
      { ...common, event: 'email.removed', target: { kind: 'user', id: former.userId }, data: { reason } },
      { ...common, event: 'email.added', target: { kind: 'user', id: former.userId }, data: { reason } },
    )
  })

const replace = async (
  stores: Stores,
  mail: Mail,
  formerId: string,
  address: EmailAddress,
): Promise<void> => {
  const emailId = await stores.users.replaceEmail(formerId, address)
  await stores.mail.readdress(mail.userEmailId, emailId)
  await stores.users.deleteEmail(formerId)
  const email = await stores.users.findEmail(emailId)
  if (email !== null) await setHash(stores, email)
}
