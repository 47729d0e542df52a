import { ApplicationFailure } from '@temporalio/common'
import { ambiguousWaitSeconds, isUnderWay, longestMailWaitSeconds } from '../domain/mail.js'
import type { SendResult } from '../domain/mail.js'
import type { MailStanding } from './contract.js'
import type { PipelineDependencies } from './dependencies.js'
import { mailAudit } from './mail-audit.js'
import { findMail } from './mail-standing.js'
import { park } from './park-mail.js'
import { withJitter } from './prepare-try.js'
import type { OpenTry } from './prepare-try.js'

/** Seconds without a send after the provider refused our key: support has to act, the mails lose nothing meanwhile. */
const misconfiguredPauseSeconds = 60

/**
 * Notes how a try ended.
 * @returns where the mail stands, when no more is to be sent in this round
 * @throws ApplicationFailure where it is to be tried again, with the delay where it is not the usual one
 */
export const recordTry = async (
  { database }: PipelineDependencies,
  opened: OpenTry,
  result: SendResult,
): Promise<MailStanding> => {
  const { id, mail } = opened
  switch (result.kind) {
    case 'accepted':
      return accept(database, opened, result.providerMessageId)
    case 'refused':
      return database.transaction(async (stores) => {
        const closed = await stores.mailTries.closeTry(id, 'refused', result.reason)
        if (closed) await park(stores, mail, result.reason)
        return (await findMail(stores, mail.id)).standing
      })
    case 'rate_limited':
      return pauseAll(database, opened, result.reason, result.seconds)
    case 'misconfigured':
      return pauseAll(database, opened, result.reason, misconfiguredPauseSeconds)
    case 'ambiguous':
      return leave(
        database,
        opened,
        'ambiguous',
        result.reason,
        tryAgainIn('ambiguous', withJitter(ambiguousWaitSeconds)),
      )
    case 'retry':
      return leave(
        database,
        opened,
        'failed',
        result.reason,
        ApplicationFailure.create({ message: retryText, type: result.reason }),
      )
  }
}

const retryText = 'the mail provider did not take the message'

/** Why a mail waits, as the Web UI shows it beside the pending activity. */
const waits = {
  paused: 'sending is paused for all mails: the mail provider asks us to wait, or refuses our key',
  ambiguous: 'the mail provider may or may not have the message: its word is waited for',
  busy: 'another worker has a try of this mail open',
}

/** The failure that has Temporal try a mail again after so many seconds. */
export const tryAgainIn = (why: keyof typeof waits, seconds: number): ApplicationFailure =>
  ApplicationFailure.create({ message: waits[why], type: why, nextRetryDelay: Math.ceil(seconds * 1000) })

type Database = PipelineDependencies['database']

/** The provider's yes counts from whoever brings it: also a try that was given up as lost has gone out. */
const accept = async (
  database: Database,
  { id, mail, composed }: OpenTry,
  providerMessageId: string | null,
): Promise<MailStanding> => {
  const data = { kind: mail.kind, round: mail.round }
  const told = mailAudit(mail, 'mail.accepted', { kind: 'system' }, data)
  if (!(await database.mailTries.acceptTry(id, providerMessageId, told))) return standingOf(database, mail.id)
  const { waitUntil, over } = composed
  return { state: 'accepted', round: mail.round, waitUntil, ...(over ? { over } : {}) }
}

/** Nothing is sent by anybody until then, and no mail's budget pays for it. */
const pauseAll = async (
  database: Database,
  opened: OpenTry,
  reason: string,
  seconds: number,
): Promise<MailStanding> => {
  const wait = withJitter(Math.min(seconds, longestMailWaitSeconds))
  await database.mailTransport.pause(seconds, reason)
  await database.mail.addPausedSeconds(opened.mail.id, wait)
  return leave(database, opened, 'failed', reason, tryAgainIn('paused', wait))
}

/** Leaves the mail to its next try, unless the provider's events have told more than the answer meanwhile. */
const leave = async (
  database: Database,
  { id, mail }: OpenTry,
  state: 'failed' | 'ambiguous',
  reason: string,
  failure: ApplicationFailure,
): Promise<MailStanding> => {
  if (await database.mailTries.closeTry(id, state, reason)) throw failure
  const standing = await standingOf(database, mail.id)
  if (isUnderWay(standing.state) && standing.round === mail.round) throw failure
  return standing
}

const standingOf = (database: Database, mailId: string): Promise<MailStanding> =>
  database.transaction(async (stores) => (await findMail(stores, mailId)).standing)
