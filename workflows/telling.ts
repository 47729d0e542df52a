import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow'
import type { Outcome } from '../domain/attempt.js'
import type { MailState } from '../domain/mail.js'
import { searchAttributes } from './contract.js'

/** What the Web UI says of a run beside its history, in plain words; nothing personal. */
export const tellWaiting = (): void =>
  setCurrentDetails('The person is asked what to do: link, merge, create or cancel.')

/** Support gave the person more time. */
export const tellDeadline = (deadline: number): void =>
  upsertSearchAttributes([{ key: searchAttributes.deadline, value: new Date(deadline) }])

export const tellOutcome = (outcome: Outcome, mail: MailState | undefined): void => {
  setCurrentDetails(
    mail === undefined
      ? `Ended: ${[outcome.result, outcome.how, outcome.code].filter(Boolean).join(', ')}.`
      : 'The account stands. The confirmation mail is on its way.',
  )
  upsertSearchAttributes([
    { key: searchAttributes.stage, value: 'ended' },
    { key: searchAttributes.outcome, value: outcome.result },
    ...(mail === undefined ? [] : [{ key: searchAttributes.mailState, value: mail }]),
  ])
}

const mailStories: Readonly<Record<MailState, string>> = {
  queued: 'The confirmation mail is on its way.',
  sending: 'The confirmation mail is on its way.',
  deferred: 'The mailbox takes no mail for now; the mail provider goes on trying.',
  accepted: 'The mail provider has the confirmation mail; the address waits to be confirmed.',
  delivered: 'The confirmation mail was delivered; the address waits to be confirmed.',
  bounced: 'The confirmation mail came back. Support may correct the address and retry.',
  parked: 'The confirmation mail could not be sent and waits for support: retryEmail or giveUpEmail.',
  suppressed: 'The mail provider refuses mail to this address. Support may correct the address and retry.',
  cancelled: 'The confirmation mail was given up.',
  confirmed: 'The address is confirmed.',
  expired: 'The confirmation link expired unused.',
}

export const tellMail = (state: MailState): void => {
  setCurrentDetails(`The account stands. ${mailStories[state]}`)
  upsertSearchAttributes([{ key: searchAttributes.mailState, value: state }])
}
