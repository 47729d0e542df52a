import { AppError } from '../domain/errors.js'
import type { OwedRetry } from '../store/staff-retries.js'
import type { SupportDependencies } from './act.js'
import { retryMail } from './retry-mail.js'

const batch = 20

/** One turn: begins rounds of mails that staff want sent once more, a few at a time, so that nobody's first mail waits for them. */
export const retryMails = async (dependencies: SupportDependencies): Promise<void> => {
  const { staffRetries } = dependencies.database
  const retry = async (owed: OwedRetry): Promise<void> => {
    const answer = await retryMail(dependencies, { ...owed, request: `many/${owed.retryId}` }).then(
      () => 'retried',
      (error: unknown) => {
        if (!(error instanceof AppError)) throw error
        return error.details.refusal ?? error.code
      },
    )
    await staffRetries.markAnswered(owed.retryId, owed.mailId, answer)
  }
  // What could not be asked now is asked in a later turn; the others have their answer all the same.
  const turns = await Promise.allSettled((await staffRetries.claimOwed(batch)).map(retry))
  const failed = turns.find((turn) => turn.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
