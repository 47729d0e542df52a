import { AppError } from '../domain/errors.js'
import type { MailState } from '../domain/mail.js'
import { giveUpMail } from '../support/give-up-mail.js'
import { retryMail } from '../support/retry-mail.js'
import { enRefusals } from '../views/locales/en-refusals.js'
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

/** Sends a mail once more, in a new round. @throws CommandError where it cannot be sent again */
export const retryMailCommand = async (
  dependencies: CliDependencies,
  mailId: string,
  options: RetryOptions,
): Promise<void> => {
  await told(mailId, retryMail(dependencies, { mailId, ...options }))
  dependencies.print(`Mail ${mailId} is sent once more.`)
}

/** Ends a mail for good. @throws CommandError where it has ended before */
export const giveUpMailCommand = async (
  dependencies: CliDependencies,
  mailId: string,
  options: { readonly reason: string; readonly actor: string },
): Promise<void> => {
  await told(mailId, giveUpMail(dependencies, { mailId, ...options }))
  dependencies.print(`Mail ${mailId} is given up.`)
}

/** Puts why an act is refused into the words of the terminal. */
const told = async (mailId: string, act: Promise<void>): Promise<void> => {
  try {
    await act
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { code, details } = error
    if (details.refusal !== undefined)
      throw new CommandError(`Not done. ${enRefusals[details.refusal]}`, { cause: error })
    const [wrong] = details.errors ?? []
    if (wrong?.field === 'reason') throw new CommandError(`Not done. A reason ${wrong.message}.`)
    if (code === 'email_invalid') throw new CommandError('That is not one e-mail address.')
    if (code === 'not_found')
      throw new CommandError(`There is no mail ${mailId}. \`auth-pipeline mail list\` shows them.`)
    throw error
  }
}
