import { AppError } from '../domain/errors.js'
import { inLanes } from '../domain/in-lanes.js'
import type { OwedRetry } from '../store/staff-retries.js'
import type { SupportDependencies } from './act.js'
import { retryMail } from './retry-mail.js'

const batch = 20
/** Transactions at once: the decisions of people share the pool. */
const lanes = 5

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
  const failures: unknown[] = []
  await inLanes(await staffRetries.claimOwed(batch), lanes, (owed) =>
    retry(owed).catch((error: unknown) => failures.push(error)),
  )
  if (failures.length > 0) throw failures[0]
}
