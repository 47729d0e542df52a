import { ApplicationFailure, currentUpdateInfo, defineUpdate, setHandler, uuid4 } from '@temporalio/workflow'
import type { RetryAct, SupportAct } from '../activities/contract.js'
import { isActor, isEmailOrAbsent, isReason, longestReason } from '../domain/support-request.js'
import type { RetryRequest, SupportRequest } from '../domain/support-request.js'
import { labels, updates } from './contract.js'
import { shortLeash } from './short-leash.js'

/** What support has asked this run to do with its mails, and what may be asked at this moment. */
export interface SupportDesk {
  /** Requests so far: each is a reason to look again. */
  count(): number
  /** A mail that is under way cannot be retried; one that waits can; one that has ended can neither be retried nor given up. */
  note(mailId: string, state: 'under_way' | 'waiting' | 'ended'): void
  takeRetry(mailId: string): RetryAct | null
  givenUp(mailId: string): SupportAct | null
}

const retryEmail = defineUpdate<string, [RetryRequest]>(updates.retryEmail)
const giveUpEmail = defineUpdate<string, [SupportRequest]>(updates.giveUpEmail)

/**
 * Takes `retryEmail` and `giveUpEmail`. The validators refuse what cannot be done and leave no trace; the handlers only note the
 * request, and the story itself carries it out. An address is corrected before: whether it may be is known in Postgres only. Refusals and answers are words of ours, readable from a terminal without keys.
 */
export const openSupportDesk = (): SupportDesk => {
  const states = new Map<string, 'under_way' | 'waiting' | 'ended'>()
  const retries = new Map<string, RetryAct>()
  const givenUp = new Map<string, SupportAct>()
  let count = 0

  // What is typed need not be what the type says.
  const mailOf = ({ mailId, reason, actor }: Partial<SupportRequest> = {}): string => {
    if (!isReason(reason)) throw refuse(`a reason of 1 to ${longestReason} characters is needed`)
    if (!isActor(actor)) throw refuse('actor is the name of whoever asks')
    const open = [...states].filter(([, state]) => state !== 'ended').map(([id]) => id)
    const [only, second] = open
    if (mailId === undefined && only !== undefined && second === undefined) return only
    if (mailId === undefined)
      throw refuse(
        only === undefined ? 'this run holds no open mail' : 'say which mail: this run holds several',
      )
    if (!open.includes(mailId)) throw refuse('this run does not hold that mail, or it has ended')
    return mailId
  }
  const act = (request: SupportRequest): SupportAct => ({
    mailId: mailOf(request),
    actor: request.actor ?? 'operator',
    reason: request.reason,
  })

  setHandler(
    retryEmail,
    async (request) => {
      const asked = act(request)
      // After a reset the same update comes again, under the same id.
      const id = currentUpdateInfo()?.id ?? uuid4()
      const { email } = request
      if (email !== undefined) {
        const refusal = await shortLeash((activities) => activities.correctAddress({ ...asked, email }))
        if (refusal !== null) throw refuse(refusal)
      }
      retries.set(asked.mailId, { ...asked, request: id })
      count++
      return labels.retried
    },
    {
      validator: (request: RetryRequest) => {
        const mailId = mailOf(request)
        if (!isEmailOrAbsent(request.email)) throw refuse('email must be one e-mail address')
        if (states.get(mailId) === 'under_way' || retries.has(mailId))
          throw refuse('the mail is being sent already')
      },
    },
  )
  setHandler(
    giveUpEmail,
    (request) => {
      const asked = act(request)
      givenUp.set(asked.mailId, asked)
      count++
      return labels.givenUp
    },
    { validator: (request: SupportRequest) => void mailOf(request) },
  )

  return {
    count: () => count,
    note: (mailId, state) => void states.set(mailId, state),
    takeRetry(mailId) {
      const asked = retries.get(mailId) ?? null
      // From here on a second request is one too many, though the round is not open yet.
      if (retries.delete(mailId)) states.set(mailId, 'under_way')
      return asked
    },
    givenUp: (mailId) => givenUp.get(mailId) ?? null,
  }
}

const refuse = (message: string): ApplicationFailure => ApplicationFailure.nonRetryable(message, 'Refused')
